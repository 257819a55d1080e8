"""What the history of a case is made of."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What was done to a case."""

    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"
    UNDONE = "undone"
    IMPORTED = "imported"
    SHIPPED = "shipped"
    """A new version of the bot brought it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and where."""

    person: int = 0
    """A Discord user's id; 0 for the bot itself, and for its owner in the terminal."""
    guild: int = 0
    """The server it is done in; 0 outside any."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one case, as it is kept for ever."""

    case_id: str
    number: int
    """Counts the changes of the case from 1."""
    changed_in: int
    """The catalogue's revision; the cases of one import share it."""
    kind: ChangeKind
    made_at: dt.datetime
    """In UTC."""
    author: Author
    reason: str
    """In the author's words; may be empty."""
    before: bytes | None
    """The compact JSON of the record; `None` where it was not in the catalogue."""
    after: bytes | None
    """The compact JSON of the record; `None` where it no longer is in the catalogue."""
