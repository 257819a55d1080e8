"""Exact and half-typed names, docket numbers and citations: one list in order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

_BUCKET = 512


class KeyList:
    """Squeezed keys in order, each with the slot of its record.

    Equal keys stand in the order of their records' precedence, which is a number below 2^63. The
    list is kept in buckets, so that adding to a long one moves only a few hundred entries.

    Args:
        precedence_of: the precedence of the record in a slot, as long as it has a key here.
    """

    def __init__(self, precedence_of: Callable[[int], int]) -> None:
        self._precedence_of = precedence_of
        self._buckets: list[_Bucket] = []
        self._last: list[tuple[str, int]] = []

    def add(self, key: str, slot: int) -> None:
        """Put a key of a record in its place."""
        precedence = self._precedence_of(slot)
        if not self._buckets:
            self._buckets, self._last = [_Bucket()], [("", 0)]
        number = min(bisect_left(self._last, (key, precedence)), len(self._buckets) - 1)
        bucket = self._buckets[number]
        bucket.insert(self._place(bucket, key, precedence), key, slot)
        if len(bucket.keys) > _BUCKET:
            self._buckets.insert(number, bucket.take_half())
            self._last.insert(number, self._last_of(self._buckets[number]))
            number += 1
        self._last[number] = self._last_of(bucket)

    def remove(self, key: str, slot: int) -> None:
        """Take a key of a record out, before the record leaves its slot."""
        precedence = self._precedence_of(slot)
        number = bisect_left(self._last, (key, precedence))
        place = self._place(self._buckets[number], key, precedence)
        while self._buckets[number].slots[place] != slot:
            place += 1
            if place == len(self._buckets[number].slots):
                number, place = number + 1, 0
        bucket = self._buckets[number]
        bucket.delete(place)
        if bucket.keys:
            self._last[number] = self._last_of(bucket)
        else:
            del self._buckets[number], self._last[number]

    def starting_with(self, start: str) -> Iterator[tuple[str, int]]:
        """The keys that start so, in order, each with its slot."""
        first = bisect_left(self._last, (start, -1))
        for number in range(first, len(self._buckets)):
            bucket = self._buckets[number]
            place = bisect_left(bucket.keys, start) if number == first else 0
            for index in range(place, len(bucket.keys)):
                if not bucket.keys[index].startswith(start):
                    return
                yield bucket.keys[index], bucket.slots[index]

    def _place(self, bucket: "_Bucket", key: str, precedence: int) -> int:
        """Where the first entry stands that is not before this one."""
        first = bisect_left(bucket.keys, key)
        end = bisect_right(bucket.keys, key, first)
        return bisect_left(bucket.slots, precedence, first, end, key=self._precedence_of)

    def _last_of(self, bucket: "_Bucket") -> tuple[str, int]:
        return bucket.keys[-1], self._precedence_of(bucket.slots[-1])


class _Bucket:
    """A stretch of the list, as two columns."""

    __slots__ = ("keys", "slots")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.slots = array("i")

    def insert(self, place: int, key: str, slot: int) -> None:
        self.keys.insert(place, key)
        self.slots.insert(place, slot)

    def delete(self, place: int) -> None:
        del self.keys[place], self.slots[place]

    def take_half(self) -> "_Bucket":
        half, other = len(self.keys) // 2, _Bucket()
        other.keys, self.keys = self.keys[:half], self.keys[half:]
        other.slots, self.slots = self.slots[:half], self.slots[half:]
        return other
