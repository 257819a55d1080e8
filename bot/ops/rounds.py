"""What is done again and again while the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do at once and then again.

    Attributes:
        name: what is done, for the log.
        seconds: from the end of one time to the beginning of the next.
        do: does it once; an exception is logged and the duty goes on.
    """

    name: str
    seconds: float
    do: Callable[[], Awaitable[object]]


class Rounds:
    """Does every duty while its block is open, each on its own, so that none waits for another."""

    def __init__(
        self, duties: Sequence[Duty], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Take the duties.

        Args:
            duties: what is done.
            sleep: waits; tests have their own.
        """
        self._duties = duties
        self._sleep = sleep
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin every duty."""
        self._tasks = [
            asyncio.create_task(self._go_on(duty), name=f"duty: {duty.name}")
            for duty in self._duties
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Break off every duty and wait until each has let go of what it held."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _go_on(self, duty: Duty) -> None:
        failing = False
        while True:
            try:
                await duty.do()
            except Exception as failure:  # noqa: BLE001 - a duty goes on, whatever one time met
                if not failing:  # once: a duty of every second would fill the log in an outage
                    _log.warning("%s failed and will be tried again: %r", duty.name, failure)
                failing = True
            else:
                if failing:
                    _log.info("%s works again", duty.name)
                failing = False
            await self._sleep(duty.seconds)
