"""Counting how values spread, cheaply enough to be done for each answer."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence


class Buckets:
    """How many values lie below each bound.

    Attributes:
        bounds: the upper bounds, growing; a value on one counts below it.
        total: the sum of all values.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.total = 0.0
        self._counts = [0] * (len(self.bounds) + 1)

    def note(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulated(self) -> Iterator[tuple[float, int]]:
        """Each bound, infinity last, with how many values were not above it."""
        count = 0
        for bound, here in zip((*self.bounds, float("inf")), self._counts, strict=True):
            count += here
            yield bound, count
