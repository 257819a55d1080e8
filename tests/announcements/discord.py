"""A clock that the test owns, and a Discord that answers as it is told."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.services.announcements.sending import Done, Page, Refused, Unknown, Unreadable
from tests.announcements.world import NOW


@dataclass
class _Timer:
    at: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class OwnClock:
    """Time passes when somebody sleeps, and when the test says so.

    Attributes:
        elapsed: seconds since the beginning.
        wrong: by how much somebody has set the clock forward, or back if negative.
    """

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.wrong = dt.timedelta(0)
        self.timers: list[_Timer] = []

    def now(self) -> dt.datetime:
        return NOW + self.wrong + dt.timedelta(seconds=self.elapsed)

    def seconds(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.elapsed += seconds

    def call_later(self, seconds: float, callback: Callable[[], None]) -> _Timer:
        timer = _Timer(self.elapsed + seconds, callback)
        self.timers.append(timer)
        return timer

    def next_timer(self) -> _Timer | None:
        self.timers = [timer for timer in self.timers if not timer.cancelled]
        return min(self.timers, key=lambda timer: timer.at, default=None)


@dataclass
class Scripted:
    """A `Sender` whose answers a test writes.

    Attributes:
        answers: for a channel, what its next posts are answered, the last one for ever; a post
            that is answered `Unknown` has arrived if the channel is in `swallowed`.
        unreadable: channels whose history may not be read.
        silent: whether nothing arrives and nothing is answered.
        posted: what stands in each channel: announcement, roles and nonce.
    """

    answers: dict[int, list[Any]] = field(default_factory=dict)
    foreseen: dict[int, Refused] = field(default_factory=dict)
    swallowed: set[int] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)
    silent: bool = False
    unarchivable: set[int] = field(default_factory=set)
    edit_answers: dict[int, list[Any]] = field(default_factory=dict)
    open_answers: dict[int, list[Any]] = field(default_factory=dict)
    posted: list[tuple[int, int, tuple[int, ...], str]] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    edits: list[tuple[int, int, int]] = field(default_factory=list)
    told: list[tuple[int, int, Any]] = field(default_factory=list)
    looked_from: dict[int, Any] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    under_way: int = 0
    most_under_way: int = 0

    def foresee(self, channel: int, guild: int) -> Refused | None:
        return self.foreseen.get(channel)

    async def post(self, channel: int, delivery: Any, announcement: Any, nonce: str) -> Any:
        self.asked.append(("post", channel))
        if self.silent:
            return Unknown()
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.hold is not None:
                await self.hold.wait()
        finally:
            self.under_way -= 1
        answer = _next(self.answers, channel, Done(1000 + len(self.posted)))
        arrived = isinstance(answer, Done) or (
            isinstance(answer, Unknown) and channel in self.swallowed
        )
        if arrived and all(nonce != each[3] for each in self.posted):
            self.posted.append((channel, announcement.number, delivery.roles, nonce))
        return answer

    async def edit(self, channel: int, message: int, delivery: Any, announcement: Any) -> Any:
        self.asked.append(("edit", channel))
        answer = _next(self.edit_answers, channel, Done(message))
        if isinstance(answer, Done):
            self.edits.append((channel, announcement.number, announcement.version))
        return answer

    async def look_for(self, channel: int, guild: int, number: int, after: Any, pace: Any) -> Any:
        self.asked.append(("look", channel))
        self.looked_from[channel] = after
        if self.silent:
            return Unknown()
        if channel in self.unreadable:
            return Unreadable()
        there = [at for at, each in enumerate(self.posted) if each[:2] == (channel, number)]
        return Page(1000 + there[0] if there else None, None)

    async def open_conversation(self, person: int) -> Any:
        self.asked.append(("open", person))
        return _next(self.open_answers, person, Done(person + 1))

    async def unarchive(self, thread: int) -> Any:
        self.asked.append(("unarchive", thread))
        return Refused(403, 50013) if thread in self.unarchivable else Done(thread)

    async def tell_editors(self, guild: int, person: int, notice: Any, pace: Any) -> bool:
        self.told.append((guild, person, notice))
        return True

    def channels(self) -> list[int]:
        return [each[0] for each in self.posted]


def _next(answers: dict[int, list[Any]], key: int, otherwise: Any) -> Any:
    waiting = answers.get(key)
    if not waiting:
        return otherwise
    return waiting.pop(0) if len(waiting) > 1 or isinstance(waiting[0], Done) else waiting[0]
