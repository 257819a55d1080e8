"""Exact and half-typed names, docket numbers and citations: one list in order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

_BUCKET = 512


class KeyList:
    """Squeezed keys in order, each with the slot of its record.

    Equal keys stand in the order of their records' precedence, which is a number below 2^63. The
    list is kept in buckets, so that adding to a long one moves only a few hundred entries.
    """

    def __init__(self) -> None:
        self._buckets: list[_Bucket] = []
        self._last: list[tuple[str, int]] = []

    def add(self, key: str, precedence: int, slot: int) -> None:
        """Put a key in its place."""
        if not self._buckets:
            self._buckets, self._last = [_Bucket()], [("", 0)]
        number = min(bisect_left(self._last, (key, precedence)), len(self._buckets) - 1)
        bucket = self._buckets[number]
        bucket.insert(bucket.place(key, precedence), key, precedence, slot)
        if len(bucket.keys) > _BUCKET:
            self._buckets.insert(number, bucket.take_half())
            self._last.insert(number, self._buckets[number].last)
            number += 1
        self._last[number] = bucket.last

    def remove(self, key: str, precedence: int, slot: int) -> None:
        """Take a key out that was added so."""
        number = bisect_left(self._last, (key, precedence))
        place = self._buckets[number].place(key, precedence)
        while self._buckets[number].slots[place] != slot:
            place += 1
            if place == len(self._buckets[number].slots):
                number, place = number + 1, 0
        bucket = self._buckets[number]
        bucket.delete(place)
        if bucket.keys:
            self._last[number] = bucket.last
        else:
            del self._buckets[number], self._last[number]

    def starting_with(self, start: str) -> Iterator[tuple[str, int]]:
        """The keys that start so, in order, each with its slot."""
        first = bisect_left(self._last, (start, -1))
        for number in range(first, len(self._buckets)):
            bucket = self._buckets[number]
            place = bucket.place(start, -1) if number == first else 0
            for index in range(place, len(bucket.keys)):
                if not bucket.keys[index].startswith(start):
                    return
                yield bucket.keys[index], bucket.slots[index]


class _Bucket:
    """A stretch of the list, as three columns."""

    __slots__ = ("keys", "precedences", "slots")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.precedences = array("q")
        self.slots = array("i")

    @property
    def last(self) -> tuple[str, int]:
        return self.keys[-1], self.precedences[-1]

    def place(self, key: str, precedence: int) -> int:
        """Where the first entry stands that is not before this one."""
        first = bisect_left(self.keys, key)
        end = bisect_right(self.keys, key, first)
        return bisect_left(self.precedences, precedence, first, end)

    def insert(self, place: int, key: str, precedence: int, slot: int) -> None:
        self.keys.insert(place, key)
        self.precedences.insert(place, precedence)
        self.slots.insert(place, slot)

    def delete(self, place: int) -> None:
        del self.keys[place], self.precedences[place], self.slots[place]

    def take_half(self) -> "_Bucket":
        half, other = len(self.keys) // 2, _Bucket()
        other.keys, self.keys = self.keys[:half], self.keys[half:]
        other.precedences, self.precedences = self.precedences[:half], self.precedences[half:]
        other.slots, self.slots = self.slots[:half], self.slots[half:]
        return other
