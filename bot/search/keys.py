"""Exact and half-typed names, docket numbers and citations: one list in order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

_BUCKET = 512


class KeyList:
    """Squeezed keys in order, each with its record, a number below 2^63.

    Equal keys stand in the order of their records. The list is kept in buckets, so that adding to
    a long one moves only a few hundred entries.
    """

    def __init__(self) -> None:
        self._buckets: list[_Bucket] = []
        self._last: list[tuple[str, int]] = []

    def add(self, key: str, record: int) -> None:
        """Put a key of a record in its place."""
        if not self._buckets:
            self._buckets, self._last = [_Bucket()], [("", 0)]
        number = min(bisect_left(self._last, (key, record)), len(self._buckets) - 1)
        bucket = self._buckets[number]
        bucket.insert(bucket.place(key, record), key, record)
        if len(bucket.keys) > _BUCKET:
            self._buckets.insert(number, bucket.take_half())
            self._last.insert(number, self._buckets[number].last)
            number += 1
        self._last[number] = bucket.last

    def remove(self, key: str, record: int) -> None:
        """Take a key of a record out."""
        number = bisect_left(self._last, (key, record))
        bucket = self._buckets[number]
        bucket.delete(bucket.place(key, record))
        if bucket.keys:
            self._last[number] = bucket.last
        else:
            del self._buckets[number], self._last[number]

    def starting_with(self, start: str) -> Iterator[tuple[str, int]]:
        """The keys that start so, in order, each with its record."""
        first = bisect_left(self._last, (start, -1))
        for number in range(first, len(self._buckets)):
            bucket = self._buckets[number]
            place = bisect_left(bucket.keys, start) if number == first else 0
            for index in range(place, len(bucket.keys)):
                if not bucket.keys[index].startswith(start):
                    return
                yield bucket.keys[index], bucket.records[index]


class _Bucket:
    """A stretch of the list, as two columns."""

    __slots__ = ("keys", "records")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.records = array("q")

    @property
    def last(self) -> tuple[str, int]:
        return self.keys[-1], self.records[-1]

    def place(self, key: str, record: int) -> int:
        """Where the first entry stands that is not before this one."""
        first = bisect_left(self.keys, key)
        return bisect_left(self.records, record, first, bisect_right(self.keys, key, first))

    def insert(self, place: int, key: str, record: int) -> None:
        self.keys.insert(place, key)
        self.records.insert(place, record)

    def delete(self, place: int) -> None:
        del self.keys[place], self.records[place]

    def take_half(self) -> "_Bucket":
        half, other = len(self.keys) // 2, _Bucket()
        other.keys, self.keys = self.keys[:half], self.keys[half:]
        other.records, self.records = self.records[:half], self.records[half:]
        return other
