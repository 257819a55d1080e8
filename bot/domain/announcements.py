"""What is announced, and who hears of it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.case import Case, Ruling
from bot.domain.records import PUBLIC
from bot.domain.vocabulary import SourceKind

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
"""The kinds that subscriptions ask for; the others go to whoever was told something else."""


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
    """The place in `case.rulings` of the ruling that is told; `None`: none is."""
    note: str = ""
    """The editor's line on why it matters."""

    @property
    def told_ruling(self) -> Ruling | None:
        """The ruling that the message shows."""
        return None if self.ruling is None else self.case.rulings[self.ruling]

    @property
    def result(self) -> str:
        """The result that is told; empty where nothing is decided."""
        return "" if self.told_ruling is None else self.told_ruling.result.value

    @property
    def links(self) -> tuple[str, ...]:
        """Where the decision can be read, the best first: published on its day, then primary."""
        day = self.told_ruling.decided_on if self.told_ruling else None

        def rank(place: int) -> tuple[bool, bool, int]:
            source = self.case.sources[place]
            primary = source.kind is SourceKind.PRIMARY
            own = primary and day is not None and source.published_on == day
            return (not own, not primary, place)

        ranked = sorted(range(len(self.case.sources)), key=rank)
        return tuple(self.case.sources[place].url for place in ranked)

    @property
    def told(self) -> tuple[object, ...]:
        """Everything of the record that a message claims, to see whether it would read the same.

        The case's status is not of it: it is told as it was on that day, and what changes it
        later is news of its own.
        """
        return (
            self.case.title,
            self.case.jurisdiction,
            self.told_ruling,
            self.case.summary if self.told_ruling is None else None,
            self.links[:1],
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
        """Whether this is wanted. The kind matters only for those that one can ask for."""
        return (
            self.jurisdiction in ("", news.case.jurisdiction)
            and self.topic in ("", *news.case.topics)
            and (self.kind in ("", news.kind) or news.kind not in POSTED)
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
) -> list[News]:
    """What there is to announce when a record changes, what matters most first.

    Args:
        case_id: the case.
        scope: where it belongs.
        revision: of the case, after the change.
        before: the record before; `None` for a case that is new.
        after: the record after.
    """

    def news(kind: NewsKind, ruling: int | None) -> News:
        return News(kind, case_id, scope, revision, after, ruling)

    if before is None:
        return [news(NewsKind.NEW_CASE, leading_place(after))]
    known = {same_ruling(before, old, after) for old in range(len(before.rulings))}
    added = [place for place in range(len(after.rulings)) if place not in known]
    found: list[News] = []
    if len(after.rulings) > len(before.rulings):
        found += [news(NewsKind.NEW_RULING, place) for place in reversed(added)]
    if before.status is not after.status:
        found.append(news(NewsKind.STATUS_CHANGE, leading_place(after)))
    return found


def leading_place(case: Case) -> int | None:
    """The place of the ruling that tells where a case stands; `None` while it is undecided."""
    leading = case.leading_ruling
    return None if leading is None else case.rulings.index(leading)


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
        `None` if it was about a ruling that is no longer in the record.
    """
    place = None
    if told.ruling is not None:
        place = same_ruling(told.case, told.ruling, after)
        if place is None and told.kind not in _OF_THE_CASE:
            return None
    return News(told.kind, told.case_id, told.scope, revision, after, place, told.note)


_OF_THE_CASE = (NewsKind.NEW_CASE, NewsKind.STATUS_CHANGE)
"""The kinds that are about the case itself, even where a ruling is shown."""


def is_known(news: News, told: News) -> bool:
    """Whether somebody who was told `told` would learn nothing from `news`."""
    new = (NewsKind.NEW_CASE, NewsKind.NEW_RULING)
    if news.kind not in new or told.kind not in new:
        return False
    if news.kind is NewsKind.NEW_CASE:
        return told.kind is NewsKind.NEW_CASE
    one, other = news.told_ruling, told.told_ruling
    return one is not None and other is not None and same_decision(one, other)
