"""Who asks too often: the global limit, the routes' buckets, the count of invalid requests."""

import hashlib
import time
from collections import deque
from collections.abc import Callable

from tests.standin.rules import Rate, Rules
from tests.standin.wire import DiscordError

Clock = Callable[[], float]
_VIA = "1.1 google"
_TEN_MINUTES = 600.0


def too_many(retry_after: float, scope: str) -> DiscordError:
    """A 429 of Discord's own, which is the kind that carries `Via`."""
    is_global = scope == "global"
    headers = {"Via": _VIA, "Retry-After": str(int(retry_after) + 1), "X-RateLimit-Scope": scope}
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after, 3),
        "global": is_global,
    }
    return DiscordError(429, body, headers)


def cloudflare() -> DiscordError:
    """A 429 of what stands before Discord: neither JSON nor `Via`."""
    headers = {"Retry-After": "60", "Content-Type": "text/html", "Server": "cloudflare"}
    return DiscordError(429, "error code: 1015", headers)


class SlidingWindow:
    """Admits at most a rate's limit in any window of its length. The strictest way to count."""

    def __init__(self, rate: Rate, clock: Clock = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._times: deque[float] = deque()

    def admit(self) -> float:
        """Take a place.

        Returns:
            0, or the seconds until one is free.
        """
        now = self._clock()
        while self._times and now - self._times[0] >= self.rate.seconds:
            self._times.popleft()
        if len(self._times) >= self.rate.limit:
            return max(0.001, self.rate.seconds - (now - self._times[0]))
        self._times.append(now)
        return 0.0


class _Bucket:
    __slots__ = ("resets", "used")

    def __init__(self) -> None:
        self.used = 0
        self.resets = 0.0


class Buckets:
    """The limits of routes, each by its channel, guild or webhook, told in headers."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, int | str], _Bucket] = {}
        self._hashes: dict[str, str] = {}

    def take(self, name: str, major: int | str, rate: Rate) -> dict[str, str]:
        """Take a place in the bucket `name` of the resource `major`.

        Returns:
            The headers that tell of the bucket.

        Raises:
            DiscordError: 429 if it is empty.
        """
        now = self._clock()
        key = (name, major)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket()
        if now >= bucket.resets:
            bucket.used, bucket.resets = 0, now + rate.seconds
        refused = bucket.used >= rate.limit
        if not refused:
            bucket.used += 1
        headers = self._headers(name, rate, rate.limit - bucket.used, bucket.resets - now)
        if refused:
            error = too_many(bucket.resets - now, "user")
            error.headers.update(headers)
            raise error
        return headers

    def _headers(self, name: str, rate: Rate, remaining: int, left: float) -> dict[str, str]:
        digest = self._hashes.get(name)
        if digest is None:
            digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
            self._hashes[name] = digest
        return {
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": digest,
        }


class InvalidRequests:
    """Counts answers 401, 403 and 429, for which Discord bans an address."""

    def __init__(self, ban_after: int, clock: Clock = time.monotonic) -> None:
        self._ban_after = ban_after
        self._clock = clock
        self._recent: deque[float] = deque()
        self.by_status: dict[int, int] = {401: 0, 403: 0, 429: 0}
        self.most_in_ten_minutes = 0

    def count(self, status: int) -> None:
        """Count an answer, if it is one of those."""
        if status not in self.by_status:
            return
        self.by_status[status] += 1
        self._recent.append(self._clock())
        self._forget()
        self.most_in_ten_minutes = max(self.most_in_ten_minutes, len(self._recent))

    @property
    def banned(self) -> bool:
        """Whether the address asks too much to be heard."""
        if not self._recent:
            return False
        self._forget()
        return len(self._recent) >= self._ban_after

    def _forget(self) -> None:
        now = self._clock()
        while self._recent and now - self._recent[0] >= _TEN_MINUTES:
            self._recent.popleft()


class Rates:
    """All of them for one bot."""

    def __init__(self, rules: Rules) -> None:
        self.overall = SlidingWindow(rules.global_rate)
        self.buckets = Buckets()
        self.invalid = InvalidRequests(rules.ban_after)
        self.old_edits: dict[int, SlidingWindow] = {}
        self.dm_opens = SlidingWindow(rules.dm_open_rate)

    def admit_globally(self) -> None:
        """Count a request of the bot.

        Raises:
            DiscordError: 429 with `global` if there were too many.
        """
        wait = self.overall.admit()
        if wait:
            raise too_many(wait, "global")
