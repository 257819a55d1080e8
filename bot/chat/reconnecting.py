"""How long a shard waits before it connects anew: a minute at most, unless it identifies too often.

discord.py doubles the wait up to 17 minutes, so that after an outage of five minutes a bot may stay
away for as long again (read in discord.py 2.7.1, `backoff.py`). It does so because each identify
costs one of about a thousand session starts a day, after which Discord resets the token (Discord:
"Identifying", `session_start_limit`). An attempt that reaches nobody costs none; so here only
identifies lengthen the wait.
"""

import random
import time
from collections import deque
from collections.abc import Callable

_DAY = 86_400.0
_FORGOTTEN_AFTER = 300.0
_USUAL_CEILING = 60.0
_ANXIOUS_CEILING = 1024.0
_IDENTIFIES = 300
"""In a day, of all shards of a process, after which the waits become long."""


class Identifies:
    """Counts the session starts of a process."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._recent: deque[float] = deque()

    def note(self) -> None:
        """A shard identifies now."""
        self._recent.append(self._seconds())

    @property
    def are_many(self) -> bool:
        """Whether there were so many in the last day that some have to be saved."""
        while self._recent and self._seconds() - self._recent[0] >= _DAY:
            self._recent.popleft()
        return len(self._recent) >= _IDENTIFIES


class Backoff:
    """Takes the place of discord.py's for one shard: full jitter, 1 s doubling to the ceiling."""

    def __init__(
        self,
        identifies: Identifies,
        dice: random.Random,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identifies = identifies
        self._dice = dice
        self._seconds = seconds
        self._row = 0
        self._waited_until = float("-inf")

    def delay(self) -> float:
        """How long to wait now, in seconds; discord.py asks after each failure."""
        now = self._seconds()
        if now - self._waited_until > _FORGOTTEN_AFTER:
            self._row = 0
        ceiling = _ANXIOUS_CEILING if self._identifies.are_many else _USUAL_CEILING
        wait = self._dice.uniform(0.0, min(2.0**self._row, ceiling))
        self._row = min(self._row + 1, 20)
        self._waited_until = now + wait
        return wait
