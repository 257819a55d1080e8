"""What is announced, and who hears of it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.case import Case, Ruling
from bot.domain.records import PUBLIC

UNDO_WITHIN = dt.timedelta(minutes=5)
"""How long a published announcement can be taken back."""


class NewsKind(StrEnum):
    """What happened to a case."""

    NEW_CASE = "new-case"
    NEW_RULING = "new-ruling"
    STATUS_CHANGE = "status-change"
    CORRECTION = "correction"
    """Something that was announced is different from what was said."""
    WITHDRAWAL = "withdrawal"
    """Something that was announced should not have been."""


POSTED = (NewsKind.NEW_CASE, NewsKind.NEW_RULING, NewsKind.STATUS_CHANGE)
"""The kinds that make a message in each channel; the others change messages that are there."""


class Lane(StrEnum):
    """The two ways to reach somebody; each has its own pace."""

    CHANNEL = "channel"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Target:
    """Where announcements go: a channel or thread, or a person's direct messages."""

    lane: Lane
    id: int
    """The channel's or the user's."""
    guild: int = 0
    """The channel's server; 0 for a person."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a case, with the record as it was told."""

    kind: NewsKind
    case_id: str
    scope: int
    """`PUBLIC`, or the server whose case it is."""
    revision: int
    """Of the case."""
    case: Case
    ruling: int | None = None
    """The place in `case.rulings` of the ruling that it is about; `None`: about no one ruling."""
    note: str = ""
    """The editor's line on why it matters."""

    @property
    def told_ruling(self) -> Ruling | None:
        """The ruling that the message shows: the one it is about, or else the leading one."""
        return self.case.leading_ruling if self.ruling is None else self.case.rulings[self.ruling]

    @property
    def told(self) -> tuple[object, ...]:
        """Everything of the record that a message shows, to see whether it would read the same."""
        links = tuple(source.url for source in self.case.sources)
        status = self.case.status if self.kind is NewsKind.STATUS_CHANGE else None
        return (
            self.case.title,
            self.case.jurisdiction,
            self.told_ruling,
            self.case.summary if self.told_ruling is None else None,
            links,
            status,
            self.note,
        )

    @property
    def key(self) -> str:
        """What makes it the same announcement however often somebody presses the button."""
        return f"{self.case_id}:{self.revision}:{self.kind}:{self.ruling}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription wants to hear of; what is left empty does not matter."""

    jurisdiction: str = ""
    topic: str = ""
    kind: str = ""
    case_id: str = ""

    def wants(self, news: News) -> bool:
        """Whether this is wanted."""
        return (
            self.jurisdiction in ("", news.case.jurisdiction)
            and self.topic in ("", *news.case.topics)
            and self.kind in ("", news.kind)
            and self.case_id in ("", news.case_id)
        )


def may_hear(target: Target, news: News) -> bool:
    """Whether a target may know of it at all: a server's own case is told in that server alone."""
    return news.scope == PUBLIC or (target.lane is Lane.CHANNEL and news.scope == target.guild)


_REFERENCE = re.compile(r"\bA-(\d{1,18})\b", re.ASCII)


def reference(number: int) -> str:
    """How an announcement is called in its messages: `A-123`."""
    return f"A-{number}"


def references_in(text: str) -> Iterator[int]:
    """The numbers of the announcements that a text refers to."""
    return (int(found) for found in _REFERENCE.findall(text))


def news_between(
    case_id: str, scope: int, revision: int, before: Case | None, after: Case
) -> News | None:
    """What there is to announce when a record changes; `None` if nothing is new in it.

    Args:
        case_id: the case.
        scope: where it belongs.
        revision: of the case, after the change.
        before: the record before; `None` for a case that is new.
        after: the record after.
    """

    def news(kind: NewsKind, ruling: int | None = None) -> News:
        return News(kind, case_id, scope, revision, after, ruling)

    if before is None:
        return news(NewsKind.NEW_CASE)
    added = [
        place
        for place in range(len(after.rulings))
        if all(place != same_ruling(before, old, after) for old in range(len(before.rulings)))
    ]
    if len(after.rulings) > len(before.rulings) and added:
        return news(NewsKind.NEW_RULING, added[-1])
    if before.status is not after.status:
        return news(NewsKind.STATUS_CHANGE)
    return None


def same_ruling(before: Case, place: int, after: Case) -> int | None:
    """Where a ruling of one state of a case stands in a later state; `None` if it is gone.

    A ruling that is unchanged is the same; else one with the same docket number or the same date
    in the same court; else, where the number of rulings is the same, the one in its place.
    """
    ruling = before.rulings[place]
    if ruling in after.rulings:
        return after.rulings.index(ruling)
    likely = [
        (ruling.docket_number is not None and ruling.docket_number == other.docket_number)
        + (ruling.decided_on is not None and ruling.decided_on == other.decided_on)
        if ruling.court == other.court and other not in before.rulings
        else 0
        for other in after.rulings
    ]
    if any(likely):
        return likely.index(max(likely))
    same_length = len(before.rulings) == len(after.rulings)
    return place if same_length and after.rulings[place] not in before.rulings else None


def same_decision(one: Ruling, other: Ruling) -> bool:
    """Whether two records of a ruling mean the same decision: its court, and its day or number."""
    return one.court == other.court and (
        (one.decided_on is not None and one.decided_on == other.decided_on)
        or (one.docket_number is not None and one.docket_number == other.docket_number)
    )


def corrected(told: News, after: Case, revision: int) -> News | None:
    """What an announcement should say now that the record is different.

    Returns:
        `None` if the ruling that it was about is no longer in the record.
    """
    place = None
    if told.ruling is not None:
        place = same_ruling(told.case, told.ruling, after)
        if place is None:
            return None
    return News(told.kind, told.case_id, told.scope, revision, after, place, told.note)


def is_material(before: News, after: News) -> bool:
    """Whether the result itself is another one, so that an edited message is not enough."""
    old, new = before.told_ruling, after.told_ruling
    return (old and old.result) != (new and new.result)
