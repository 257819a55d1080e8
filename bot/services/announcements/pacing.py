"""How fast requests may go, how long to wait after a failure, and when to stop altogether."""

import asyncio
import math
import random
from collections import deque
from collections.abc import Sequence

from bot.services.announcements.clock import Clock

_LATENESS = 0.15
"""How much later than its turn a request may go without delaying those after it, in seconds.

So the rate is kept on a busy machine too, where some commits take long: seven requests make up for
it at once at most, at 48 a second. `Window` sees to it that they are not too many in a second.
"""

_SPAN = 1.0
"""Discord counts the requests of a second, and nobody says from when to when."""
_LIMIT_OVER_RATE = 50.0 / 48.0
_LEAVING_OVER_RATE = 49.0 / 48.0
_OVERDUE = 2.0
"""After so many seconds without an answer a request has surely arrived, or never will."""
_BASELINE = 10.0
_OUTWARD = 0.9
"""How much of the quickest answer's time is spent after the request was counted, at most."""
_DELAY_SHARE = 0.01
_LEAST_DELAY = 0.005
_MOST_DELAY = 1.0

_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0

INVALID_ALLOWED = 300
_INVALID_WINDOW = 600.0

_MOST_STEPS = 20
"""After so many every wait is at its longest."""


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


class Turn:
    """A request, from its turn on.

    Attributes:
        began: when it was sent, or may be.
        counted: when Discord counted it, at the latest; `None` until there is an answer.
    """

    __slots__ = ("began", "counted")

    def __init__(self, began: float) -> None:
        self.began = began
        self.counted: float | None = None


class Window:
    """Holds requests back where what delayed others on their way makes them arrive in a bunch.

    No more than 49 leave in any second. But a busy machine or network delivers some late, and then
    with the next ones: more than 50 in a second. A request arrives between leaving and its answer,
    so as long as no 50 of them can have arrived in the last second, one more is not one too many.
    How much of an answer's time is the way is not known; the quickest answer is taken as one
    without delay. Where answers are always slow this would slow everything down for nothing, so
    the delays that this adds have a budget: 1 % of the time, and at most a second saved up. An
    answer that there were too many shows that they are needed, and fills it.
    """

    def __init__(self, rate: float, clock: Clock) -> None:
        """Make one with nothing under way.

        Args:
            rate: of the turns, a second; the limits are as much higher as 49 and 50 are than 48.
            clock: the time.
        """
        self._limit = max(1, int(rate * _LIMIT_OVER_RATE))
        self._most_leaving = max(1, int(rate * _LEAVING_OVER_RATE))
        self._clock = clock
        self._turns: deque[Turn] = deque()
        self._quickest = (math.inf, math.inf)
        self._baseline_from = 0.0
        self._budget = _MOST_DELAY
        self._budget_at = 0.0

    async def enter(self) -> Turn:
        """Wait until one more request is not one too many, as far as the budget allows."""
        while (wait := self._wait_to_leave()) > 0:
            await self._clock.sleep(wait)
        self._earn()
        while (wait := min(self._wait(), self._budget)) > 0:
            self._budget -= wait
            await self._clock.sleep(wait)
        turn = Turn(self._clock.seconds())
        self._turns.append(turn)
        return turn

    def leave(self, turn: Turn) -> None:
        """Its request goes out only now."""
        turn.began = self._clock.seconds()

    def give_back(self, turn: Turn) -> None:
        """Nothing was asked in that turn."""
        turn.began = turn.counted = -math.inf

    def answered(self, turn: Turn) -> None:
        """Its request was answered."""
        now = self._clock.seconds()
        if now - self._baseline_from >= _BASELINE:
            self._baseline_from = now
            self._quickest = (math.inf, self._quickest[0])
        took = now - turn.began
        self._quickest = (min(took, self._quickest[0]), self._quickest[1])
        turn.counted = max(turn.began, now - _OUTWARD * min(self._quickest))

    def refused(self) -> None:
        """There were too many all the same."""
        self._budget = _MOST_DELAY

    def _wait_to_leave(self) -> float:
        """Seconds until one more may leave."""
        now = self._clock.seconds()
        while self._turns and self._latest(self._turns[0], now) <= now - _SPAN:
            self._turns.popleft()
        return _until_fewer([turn.began for turn in self._turns], now, self._most_leaving)

    def _wait(self) -> float:
        """Seconds until it is worth asking again; 0 if one more cannot be one too many."""
        now = self._clock.seconds()
        wait = _until_fewer([self._counted(turn, now) for turn in self._turns], now, self._limit)
        return max(_LEAST_DELAY, wait) if wait else 0.0

    def _latest(self, turn: Turn, now: float) -> float:
        return max(turn.began, self._counted(turn, now))

    def _counted(self, turn: Turn, now: float) -> float:
        if turn.counted is not None:
            return turn.counted
        return now if now - turn.began < _OVERDUE else turn.began

    def _earn(self) -> None:
        now = self._clock.seconds()
        earned = (now - self._budget_at) * _DELAY_SHARE
        self._budget = min(_MOST_DELAY, self._budget + earned)
        self._budget_at = now


def _until_fewer(moments: Sequence[float], now: float, limit: int) -> float:
    """Seconds until fewer than a limit of these moments are in the last second."""
    recent = sorted(moment for moment in moments if moment > now - _SPAN)
    return max(0.0, recent[-limit] + _SPAN - now) if len(recent) >= limit else 0.0


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

        A request counts as invalid from its turn on until its answer is here.
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
        """A request may go out."""
        self._under_way += 1

    def end(self, *, invalid: bool) -> None:
        """Its answer is here, or it did not go."""
        self._under_way -= 1
        if invalid:
            self.total += 1
            self._recent.append(self._clock.seconds())


class Pause:
    """How long everything stops after what concerns all requests: the longer the row, the longer.

    Args:
        first: how long it stops at first, in seconds.
        growth: how many times longer it stops each time.
        longest: in seconds, where an answer does not say how long.
        spared: how many failures in a row stop nothing, since each may be a hiccup.
    """

    def __init__(self, first: float, growth: float, longest: float, *, spared: int = 0) -> None:
        self._first = first
        self._growth = growth
        self._longest = longest
        self._spared = spared
        self._row = 0

    @property
    def holds(self) -> bool:
        """Whether the row is long enough to stop everything."""
        return self._row > self._spared

    def after_failure(self, asked_for: float | None = None) -> float:
        """How long to wait now, in seconds; 0 while it stops nothing.

        Args:
            asked_for: the answer's `Retry-After`, in seconds.
        """
        self._row += 1
        if not self.holds:
            return 0.0
        steps = min(self._row - self._spared - 1, _MOST_STEPS)
        longest = self._longest if asked_for is None else max(asked_for, self._first)
        return min(self._first * self._growth**steps, longest)

    def after_success(self) -> None:
        """It is over."""
        self._row = 0


def after_refusals() -> Pause:
    """The pause when not a channel but the bot as a whole is refused.

    A first refusal may be a hiccup of what stands before Discord; a row of them is a ban, which
    asking on prolongs.
    """
    return Pause(first=5.0, growth=3.0, longest=900.0)


def after_silence() -> Pause:
    """The pause while nothing is answered: no network, or Discord is down.

    Otherwise each delivery would be tried again and again meanwhile, and the longer that lasted
    the longer each would wait when it is over.
    """
    return Pause(first=1.0, growth=2.0, longest=30.0, spared=2)


def backoff(attempts: int, dice: random.Random) -> float:
    """How long to wait before trying again, in seconds: full jitter, 2 s doubling to 15 min.

    Args:
        attempts: how many were made, from 1.
        dice: where the jitter comes from.
    """
    ceiling = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempts - 1, _MOST_STEPS))
    return dice.uniform(0.0, ceiling)
