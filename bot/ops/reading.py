"""What the database says of the installation, read seldom however often it is asked for."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.announcements import Lane
from bot.domain.deliveries import SubscriptionState
from bot.storage import Database, cases, figures
from bot.storage.figures import Unsent

_KEPT = 5.0
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What was read."""

    revision: int
    """Of the catalogue."""
    unsent: Sequence[Unsent]
    subscriptions: Mapping[tuple[Lane, SubscriptionState], int]
    seconds: float
    """How long it took."""


class Reading:
    """Reads the figures from the database's read side, at most every five seconds.

    Attributes:
        stored: what was read last; `None` if the last time failed.
        trouble: why it failed; empty if it did not.
    """

    def __init__(self, database: Database, seconds: Callable[[], float] = time.monotonic) -> None:
        """Make one that has read nothing yet.

        Args:
            database: what is read.
            seconds: the time; it never goes back.
        """
        self.stored: Stored | None = None
        self.trouble = "not asked yet"
        self._database = database
        self._seconds = seconds
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Read, unless that was done a moment ago. Waits two seconds at most and never raises.

        One that takes longer goes on alone, and no second one begins meanwhile.
        """
        task = self._task
        if task is None or task.done():
            if self._seconds() - self._read_at < _KEPT:
                return
            task = self._task = asyncio.create_task(self._read(), name="figures")
        await asyncio.wait({task}, timeout=_PATIENCE)
        if not task.done():
            self.stored, self.trouble = None, f"no answer within {_PATIENCE:.0f} s"

    async def close(self) -> None:
        """Break off what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _read(self) -> None:
        begun = self._seconds()
        try:
            async with self._database.read() as tx:
                revision = await cases.catalogue_revision(tx)
                unsent = await figures.unsent(tx)
                wishes = await figures.wishes(tx)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the database did not answer
            self.stored, self.trouble = None, str(failure)
        else:
            took = self._seconds() - begun
            self.stored, self.trouble = Stored(revision, unsent, wishes, took), ""
        self._read_at = self._seconds()
