"""Waiting for something to become true, without asking again and again."""

import asyncio
from collections.abc import Callable


class Pulse:
    """Wakes whoever waits for a condition, whenever something may have changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Event] = set()

    def beat(self) -> None:
        """Something has changed."""
        for waiter in self._waiters:
            waiter.set()

    async def until(self, condition: Callable[[], bool], wait: float) -> None:
        """Wait until a condition holds.

        Raises:
            TimeoutError: after `wait` seconds.
        """
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(wait):
                while not condition():
                    waiter.clear()
                    await waiter.wait()
        finally:
            self._waiters.discard(waiter)
