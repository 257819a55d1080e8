"""How fast requests may go, how long to wait after a failure, and when to stop altogether."""

import asyncio
import random
from collections import deque

from bot.services.announcements.clock import Clock

_LATENESS = 0.01
"""How much later than its turn a request may go without delaying those after it, in seconds.

More keeps the rate on a busy machine; less leaves more of Discord's 50 for what bunches on the way.
"""

_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0

INVALID_ALLOWED = 300
_INVALID_WINDOW = 600.0

_FIRST_PAUSE = 5.0
_PAUSE_GROWTH = 3.0
_LONGEST_PAUSE = 900.0


class Pacer:
    """Gives turns at a steady rate, first come, first served; turns not taken are not saved up."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._interval = 1.0 / rate
        self._clock = clock
        self._next = 0.0
        self._line = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a turn."""
        async with self._line:
            while (wait := self._next - self._clock.seconds()) > 0:
                await self._clock.sleep(wait)
            now = self._clock.seconds()
            self._next = max(now - _LATENESS, self._next) + self._interval

    def pause(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._next = max(self._next, self._clock.seconds() + seconds)


class Breaker:
    """Counts invalid answers, for which Discord bans an address (10,000 in 10 minutes).

    Discord counts 401, 403 and 429, but for 429s whose scope is `shared` (Discord: Rate Limits).

    Attributes:
        total: all of them since the start.
    """

    def __init__(self, clock: Clock, allowed: int = INVALID_ALLOWED) -> None:
        self._clock = clock
        self._allowed = allowed
        self._recent: deque[float] = deque()
        self._under_way = 0
        self.total = 0

    def wait(self) -> float:
        """How many seconds no request may go; 0 if one may.

        A request under way counts as invalid until its answer is here.
        """
        if self.recently() + self._under_way < self._allowed:
            return 0.0
        if not self._recent:
            return 1.0
        return _INVALID_WINDOW - (self._clock.seconds() - self._recent[0])

    def recently(self) -> int:
        """How many there were in the last ten minutes."""
        now = self._clock.seconds()
        while self._recent and now - self._recent[0] >= _INVALID_WINDOW:
            self._recent.popleft()
        return len(self._recent)

    @property
    def is_open(self) -> bool:
        """Whether nothing goes because too many answers were invalid."""
        return len(self._recent) >= self._allowed and self.wait() > 0

    def begin(self) -> None:
        """A request goes out."""
        self._under_way += 1

    def end(self, *, invalid: bool) -> None:
        """Its answer is here."""
        self._under_way -= 1
        if invalid:
            self.total += 1
            self._recent.append(self._clock.seconds())


class Pause:
    """How long everything stops when not a channel but the bot as a whole is refused.

    A first refusal may be a hiccup of what stands before Discord; a row of them is a ban, which
    asking on prolongs.
    """

    def __init__(self) -> None:
        self._row = 0

    def after_refusal(self, asked_for: float | None) -> float:
        """How long to wait now.

        Args:
            asked_for: the answer's `Retry-After`, in seconds.
        """
        wait = _FIRST_PAUSE * _PAUSE_GROWTH**self._row
        self._row += 1
        return min(wait, _LONGEST_PAUSE if asked_for is None else max(asked_for, _FIRST_PAUSE))

    def after_success(self) -> None:
        """It is over."""
        self._row = 0


def backoff(attempts: int, dice: random.Random) -> float:
    """How long to wait before trying again, in seconds: full jitter, 2 s doubling to 15 min.

    Args:
        attempts: how many were made, from 1.
        dice: where the jitter comes from.
    """
    ceiling = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return dice.uniform(0.0, ceiling)
