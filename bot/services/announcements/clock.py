"""The time, in one place, so that a test can own it."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Protocol

from bot.services.moments import utc_now


class Timer(Protocol):
    """Something that happens later, unless it is cancelled."""

    def cancel(self) -> None:
        """Let it not happen."""
        ...


class Clock(Protocol):
    """The time of the process."""

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        ...

    def seconds(self) -> float:
        """Seconds that never go back, from any beginning."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call something once, later."""
        ...


class SystemClock:
    """The system's own time."""

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return utc_now()

    def seconds(self) -> float:
        """The event loop's time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call something once, later; nothing waits for it meanwhile."""
        return asyncio.get_running_loop().call_later(seconds, callback)
