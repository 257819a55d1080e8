"""How late the event loop is: what everything that happens in it is delayed by."""

import time
from collections import deque
from collections.abc import Callable

from bot.domain.buckets import Buckets

INTERVAL = 0.5
"""Seconds between two looks."""
_LOOKED_BACK = 10
_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class LoopWatch:
    """Notes how much later than it should the loop comes back.

    Attributes:
        lateness: of every look since the start, in seconds.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            seconds: the time; it never goes back.
        """
        self._seconds = seconds
        self._last = seconds()
        self._recent: deque[float] = deque([0.0], maxlen=_LOOKED_BACK)
        self.lateness = Buckets(_BOUNDS)

    async def look(self) -> None:
        """Note how late it is; to be done again `INTERVAL` seconds after each end."""
        late = self._overdue()
        self._last = self._seconds()
        self._recent.append(late)
        self.lateness.note(late)

    @property
    def worst(self) -> float:
        """The worst lateness in the last five seconds, in seconds."""
        return max(*self._recent, self._overdue())

    def _overdue(self) -> float:
        return max(0.0, self._seconds() - self._last - INTERVAL)
