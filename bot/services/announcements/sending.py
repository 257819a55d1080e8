"""What the outbox needs of Discord, and what it is answered."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.deliveries import Announcement, Delivery, Subscription


@dataclass(frozen=True, slots=True)
class Done:
    """Discord did it."""

    id: int = 0
    """Of the message or the channel; 0 where there is none to name."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord answered that it did not do it."""

    status: int
    """The HTTP status; 0 where the bot knew without asking."""
    code: int = 0
    """Discord's JSON error code; 0 where the answer has none."""
    retry_after: float | None = None
    """Seconds, where the answer says so."""
    everywhere: bool = False
    """Whether it is the limit on all the bot's requests together."""
    blocked: bool = False
    """Whether it is no answer of Discord's, but of what stands before it and has had enough."""
    shared: bool = False
    """Whether the rate limit is not the bot's own; it is then no invalid request."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known of what became of it: no answer came, or one that says nothing of that."""

    status: int = 0


Answer = Done | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a channel's history, from old to new."""

    found: int | None
    """The message that bears the announcement's reference."""
    last: int | None
    """The newest message of the part, from which to read on; `None` if there is no more."""


class Unreadable:
    """The bot may not read the channel's history."""


Reading = Page | Unreadable | Refused | Unknown


class Sender(Protocol):
    """Speaks to Discord; each method makes one request at most, but for those with a `pace`."""

    def foresee(self, channel: int, guild: int) -> Refused | None:
        """The refusal that is certain from what the bot knows already; `None` if it must ask."""
        ...

    async def post(
        self, channel: int, delivery: Delivery, announcement: Announcement, nonce: str
    ) -> Answer:
        """Post an announcement; the same nonce within some minutes posts nothing twice."""
        ...

    async def edit(
        self, channel: int, message: int, delivery: Delivery, announcement: Announcement
    ) -> Answer:
        """Bring a posted message to the announcement's version; pings nobody."""
        ...

    async def look_for(
        self,
        channel: int,
        guild: int,
        number: int,
        after: dt.datetime | int,
        pace: Callable[[], Awaitable[None]],
    ) -> Reading:
        """Look for an announcement's message in a channel.

        Args:
            channel: the channel.
            guild: its server; 0 for a conversation.
            number: the announcement's.
            after: a moment, or the message from which to read on.
            pace: to be awaited before each request but the first.
        """
        ...

    async def open_conversation(self, person: int) -> Answer:
        """Open the direct message channel with somebody; gives its id."""
        ...

    async def unarchive(self, thread: int) -> Answer:
        """Bring an archived thread back."""
        ...

    async def tell_editors(
        self, guild: int, person: int, notice: "Notice", pace: Callable[[], Awaitable[None]]
    ) -> bool:
        """Tell a server's editors something, where they see it.

        Args:
            guild: the server; 0: only the person.
            person: who set it up, if nobody else can be reached.
            notice: what to say.
            pace: to be awaited before each request.

        Returns:
            Whether it was said.
        """
        ...


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """Subscriptions of one server that were paused since nothing can be delivered there."""

    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class TextRefused:
    """An announcement whose text Discord refuses."""

    announcement: Announcement


Notice = BrokenOff | TextRefused
