"""How long the bot keeps what nobody needs for ever. `docs/privacy.md` says the same in words."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import TypeAlias

DRAFTS = dt.timedelta(days=90)
"""A draft and the line that goes with its announcement, from when they were saved last."""
SUGGESTERS = dt.timedelta(days=365)
"""Who made and who decided a suggestion, from the decision; its text stays."""
UNDELIVERED = dt.timedelta(days=90)
"""What became of a delivery that left no message to correct, from when it was given up."""
FORGOTTEN = dt.timedelta(days=7)
"""That a server's cases were deleted: long enough for every process to hear of it."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Older than these moments is too old."""

    drafts: dt.datetime
    suggesters: dt.datetime
    undelivered: dt.datetime
    forgotten: dt.datetime


def cutoffs(now: dt.datetime) -> Cutoffs:
    """What is too old at a moment."""
    return Cutoffs(now - DRAFTS, now - SUGGESTERS, now - UNDELIVERED, now - FORGOTTEN)


@dataclass(frozen=True, slots=True)
class ServerData:
    """What is kept for a server, or was deleted of it."""

    cases: int = 0
    """Its own, withdrawn ones too."""
    revisions: int = 0
    announcements: int = 0
    deliveries: int = 0
    """To its channels."""
    subscriptions: int = 0
    drafts: int = 0
    """Begun there."""
    suggestions: int = 0
    """To its editors."""
    hidden_cases: int = 0
    settings: int = 0
    """1 where it ever chose something."""
    audit_rows: int = 0


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is kept about a person, or was deleted or made nobody's."""

    follows: int = 0
    messages: int = 0
    """Direct messages to them about what they follow, sent or waiting."""
    drafts: int = 0
    suggestions: int = 0
    revisions: int = 0
    """Changes of cases that they made."""
    other_actions: int = 0
    """Announcements published, subscriptions made, suggestions settled, settings changed."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was too old."""

    drafts: int = 0
    suggesters: int = 0
    deliveries: int = 0
    conversations: int = 0


Counts: TypeAlias = ServerData | PersonalData | Pruned


def in_words(counts: Counts) -> str:
    """What there is, for the log and the terminal: `2 cases, 1 revision`; or `nothing`."""
    named = [
        (field.name.replace("_", " "), getattr(counts, field.name)) for field in fields(counts)
    ]
    return ", ".join(_counted(name, number) for name, number in named if number) or "nothing"


def _counted(name: str, number: int) -> str:
    return f"{number:,} {name.removesuffix('s') if number == 1 else name}"
