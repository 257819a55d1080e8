"""Why something was not done, as one sentence with what to do next."""

import discord

from bot.chat import limits
from bot.chat.curation.preview import problem_line
from bot.domain.exchange import UnreadableFileError
from bot.domain.forms import FormError
from bot.domain.permissions import NotAllowedError
from bot.domain.problems import InvalidRecordError
from bot.services.curation.errors import (
    AlreadyDecidedError,
    EverybodyError,
    NothingToDoError,
    NotPublicError,
    NotWithdrawnError,
    OvertakenError,
    TooManyDraftsError,
    TooManySuggestionsError,
    UnclearCaseError,
    UnknownCaseError,
    UnknownDraftError,
    UnknownRevisionError,
    UnknownSuggestionError,
    WithdrawnCaseError,
)
from bot.text import English

_PLAIN: dict[type[Exception], str] = {
    AlreadyDecidedError: "already_decided",
    EverybodyError: "everybody",
    FormError: "entry_gone",
    NothingToDoError: "nothing_to_do",
    NotPublicError: "not_public",
    NotWithdrawnError: "not_withdrawn",
    OvertakenError: "overtaken",
    TooManyDraftsError: "too_many_drafts",
    UnclearCaseError: "unclear_case",
    UnknownCaseError: "unknown_case",
    UnknownDraftError: "unknown_draft",
    UnknownRevisionError: "unknown_revision",
    UnknownSuggestionError: "unknown_suggestion",
    WithdrawnCaseError: "withdrawn_case",
}
"""A kind of error → the attribute of `EnglishEditors` that says it."""


def explain(error: Exception, text: English) -> str | None:
    """The sentence for an error of curation; `None` for any other error."""
    own = text.editors
    match error:
        case NotAllowedError():
            return own.refusal(error.refusal)
        case TooManySuggestionsError():
            return own.too_many_suggestions(discord.utils.format_dt(error.again_at, "R"))
        case InvalidRecordError():
            lines = [problem_line(problem, text) for problem in error.problems[:5]]
            return limits.cut(own.invalid(lines), limits.CONTENT)
        case UnreadableFileError():
            return limits.cut(problem_line(error.problem, text), limits.CONTENT)
        case _:
            name = _PLAIN.get(type(error))
            return None if name is None else str(getattr(own, name))
