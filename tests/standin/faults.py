"""What goes wrong on request: answers lost before or after they took effect, and refusals."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """A way for a request to fail. *After*: what it asked for was done all the same."""

    ERROR_500_BEFORE = "500_before"
    ERROR_500_AFTER = "500_after"
    ERROR_502_AFTER = "502_after"
    ERROR_503 = "503"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    LIMITED = "429"
    LIMITED_GLOBALLY = "429_global"
    BLOCKED = "40333"
    CLOUDFLARE = "429_without_via"

    @property
    def is_after(self) -> bool:
        """Whether the request takes effect."""
        return self.value.endswith("_after")


@dataclass(slots=True)
class _Plan:
    route: re.Pattern[str]
    chances: dict[Fault, float]
    remaining: int | None


class Faults:
    """Decides for each request whether and how it fails, the same way for the same seed."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []
        self._random = random.Random(0)
        self.counts: Counter[Fault] = Counter()
        self.hold = 30.0
        self.retry_after = 0.5

    def inject(
        self,
        chances: dict[str, float],
        *,
        seed: int = 0,
        route: str = "",
        times: int | None = None,
        hold: float = 30.0,
        retry_after: float = 0.5,
    ) -> None:
        """Add a plan.

        Args:
            chances: for each kind of fault; at most 1 in all.
            seed: of the dice, which are thrown anew.
            route: a regular expression for `METHOD /path/{with}/names`.
            times: how many faults at most; `None`: no end.
            hold: how long a time-out keeps the connection open.
            retry_after: what a 429 says.
        """
        kinds = {Fault(kind): chance for kind, chance in chances.items()}
        self._plans.append(_Plan(re.compile(route), kinds, times))
        self._random = random.Random(seed)
        self.hold = hold
        self.retry_after = retry_after

    def clear(self) -> None:
        """Let everything work again."""
        self._plans.clear()

    def choose(self, route: str) -> Fault | None:
        """How the next request on `route` fails."""
        for plan in self._plans:
            if plan.remaining == 0 or not plan.route.search(route):
                continue
            thrown = self._random.random()
            for fault, chance in plan.chances.items():
                if thrown < chance:
                    if plan.remaining is not None:
                        plan.remaining -= 1
                    self.counts[fault] += 1
                    return fault
                thrown -= chance
        return None
