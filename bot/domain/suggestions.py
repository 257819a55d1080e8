"""What members tell the editors: a case that is missing, a mistake in one that is there."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class SuggestionKind(StrEnum):
    """What a suggestion is about."""

    CASE = "case"
    MISTAKE = "mistake"


class SuggestionState(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a member told the editors, and what they answered."""

    id: str
    scope: int
    """Whose editors settle it."""
    kind: SuggestionKind
    case_id: str | None
    """The case with the mistake, or that it led to."""
    person: int
    guild: int
    """Where it was made; 0 outside any server."""
    text: str
    link: str | None
    made_at: dt.datetime
    state: SuggestionState = SuggestionState.OPEN
    decided_by: int | None = None
    decided_at: dt.datetime | None = None
    answer: str | None = None
    """What the editors want the person to know."""
    told_at: dt.datetime | None = None
    """When the person was told the outcome."""
