"""Why something was not done. Nothing is stored where one of these is raised."""

import datetime as dt


class CurationError(Exception):
    """Something that was asked for cannot be done as things stand."""


class UnknownCaseError(CurationError):
    """There is no such case, or it is another server's: nobody is told which."""


class UnclearCaseError(CurationError):
    """A text names no case for sure; one has to be chosen from the suggestions."""


class WithdrawnCaseError(CurationError):
    """The case was removed; it has to be restored first."""


class NotWithdrawnError(CurationError):
    """The case is in the catalogue already."""


class UnknownRevisionError(CurationError):
    """The case has no such revision, or that one has no text to bring back."""


class NothingToDoError(CurationError):
    """What was asked for is so already."""


class OvertakenError(CurationError):
    """Somebody changed a case in the meantime.

    Attributes:
        slugs: the cases.
    """

    def __init__(self, slugs: tuple[str, ...]) -> None:
        self.slugs = slugs
        super().__init__(", ".join(slugs))


class UnknownDraftError(CurationError):
    """There is no such draft (any more), or it is somebody else's."""


class TooManyDraftsError(CurationError):
    """Somebody has as many drafts as one may have; one has to be published or discarded first."""


class UnknownSuggestionError(CurationError):
    """There is no such suggestion in the queues that this person settles."""


class AlreadyDecidedError(CurationError):
    """Another editor settled the suggestion first."""


class TooManySuggestionsError(CurationError):
    """Somebody made as many suggestions as one may make in that time.

    Attributes:
        again_at: when the next one is taken.
    """

    def __init__(self, again_at: dt.datetime) -> None:
        self.again_at = again_at
        super().__init__(again_at.isoformat())


class EverybodyError(CurationError):
    """The role that everybody has cannot be the editor role."""


class NotPublicError(CurationError):
    """Only public cases can be hidden; a server's own is removed."""
