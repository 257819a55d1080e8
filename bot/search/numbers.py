"""Lists of numbers by what they have in common: records by word, words by piece."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, Literal, TypeVar

_LOOKS = 12
"""A list of less than so many times as many numbers is gone through, a longer one looked into."""

KeyT = TypeVar("KeyT", bound=Hashable)


class NumberLists(Generic[KeyT]):
    """For each key the numbers that were noted for it, in ascending order.

    Most keys have one number only, which is then kept without a list: that is a third of the
    memory of all of them.

    Args:
        size: `"i"` for numbers of 32 bits, `"q"` for those of 64.
    """

    def __init__(self, size: Literal["i", "q"]) -> None:
        self._size = size
        self._lists: dict[KeyT, array[int] | int] = {}

    def __contains__(self, key: KeyT) -> bool:
        return key in self._lists

    def get(self, key: KeyT) -> Sequence[int]:
        """The numbers of a key, in order; not to be kept nor changed."""
        numbers = self._lists.get(key, ())
        return (numbers,) if isinstance(numbers, int) else numbers

    def lists(self, keys: Iterable[KeyT]) -> list[Sequence[int]]:
        """What `get` gives for some keys, in their order; those without numbers are left out."""
        found = map(self._lists.get, keys)
        return [(each,) if isinstance(each, int) else each for each in found if each is not None]

    def add(self, number: int, keys: Iterable[KeyT]) -> None:
        """Note a number for some keys."""
        for key in keys:
            numbers = self._lists.get(key)
            if numbers is None:
                self._lists[key] = number
            elif isinstance(numbers, int):
                self._lists[key] = array(self._size, sorted((numbers, number)))
            else:
                insort(numbers, number)

    def remove(self, number: int, keys: Iterable[KeyT]) -> None:
        """Forget a number for some keys, for all of which it was noted."""
        for key in keys:
            numbers = self._lists[key]
            if isinstance(numbers, int):
                del self._lists[key]
                continue
            del numbers[bisect_left(numbers, number)]
            if not numbers:
                del self._lists[key]


def has(numbers: Sequence[int], number: int) -> bool:
    """Whether a list in ascending order has a number."""
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def common(numbers: set[int], others: Sequence[int]) -> Iterable[int]:
    """Those of some numbers, in no order, that a list in ascending order has."""
    end = len(others)
    if end < _LOOKS * len(numbers):
        return numbers.intersection(others)
    return [
        number
        for number in numbers
        if (place := bisect_left(others, number)) < end and others[place] == number
    ]
