"""Announcements as they were published, who subscribes, and how far each delivery has come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.announcements import POSTED, Lane, News, NewsKind, Target, Wish
from bot.domain.revisions import Author


class Change(StrEnum):
    """What became of an announcement after it was published."""

    NONE = ""
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    """What it told is no longer in the catalogue."""
    TAKEN_BACK = "taken-back"
    """Publishing it was a mistake."""

    @property
    def withdraws(self) -> bool:
        """Whether what was announced does not stand any more."""
        return self in (Change.WITHDRAWN, Change.TAKEN_BACK)


SAID_WITHDRAWN = "withdrawn"
"""Stands for a result where those who got an announcement were told that it no longer stands."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something published, as it reads now."""

    number: int
    news: News
    author: Author
    made_at: dt.datetime
    version: int = 1
    """Grows with each change."""
    change: Change = Change.NONE
    reason: str = ""
    """Of the change, in the editor's words."""
    changed_at: dt.datetime | None = None
    corrects: int | None = None
    """The number of the announcement whose result this one corrects."""
    code: int = 0
    """Discord's reason for refusing its text; 0 if it did not."""
    said: str = ""
    """The result that those who got it were last told in a message of its own."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether it goes to nobody any more, and is struck through where it is."""
        return self.change.withdraws

    @property
    def owed(self) -> NewsKind | None:
        """What those who got it have to be told; an edited message alone goes unseen."""
        if self.news.kind not in POSTED or self.change is Change.TAKEN_BACK:
            return None
        if self.change is Change.WITHDRAWN:
            return None if self.said == SAID_WITHDRAWN else NewsKind.WITHDRAWAL
        return None if self.said == self.news.result else NewsKind.CORRECTION


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an announcement goes to."""

    channels: int
    members: int
    servers: int


class SubscriptionState(StrEnum):
    """Whether a subscription hears of anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    """Somebody paused it."""
    BROKEN = "broken"
    """The bot paused it, since nothing can be delivered there."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's or a member's wish."""

    number: int
    target: Target
    wish: Wish
    role: int
    """The role to ping; 0: none."""
    person: int
    """Who made it."""
    made_at: dt.datetime
    state: SubscriptionState = SubscriptionState.ACTIVE
    paused_at: dt.datetime | None = None
    code: int = 0
    """Discord's reason for refusing a delivery; 0 if there is none."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENDING = "sending"
    """A request is under way, or was when the process ended."""
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """It may have arrived; the bot may not read the channel to see, and does not send it twice."""
    STOPPED = "stopped"
    """Taken back before it went."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One announcement to one target."""

    announcement: int
    target: Target
    roles: tuple[int, ...]
    attempts: int
    doubtful: bool
    """Whether a message may be there that the bot does not know of."""
    started_at: dt.datetime | None
    """When the first attempt began."""
    channel: int | None = None
    """Where the message is, once it was sent."""
    message: int | None = None
    shown: int = 0
    """The announcement's version that the message shows."""

    @property
    def key(self) -> tuple[int, Lane, int]:
        """What makes it different from every other delivery."""
        return (self.announcement, self.target.lane, self.target.id)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries are in each state."""

    counts: Mapping[DeliveryState, int]
    last_success: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that did not arrive, or of which that is not known."""

    announcement: int
    target: Target
    state: DeliveryState
    code: int
