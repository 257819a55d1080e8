"""Lists of record slots by what the records have."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

KeyT = TypeVar("KeyT", bound=Hashable)


class SlotLists(Generic[KeyT]):
    """For each key the slots of the records that have it, in order.

    Most keys have one record only, which is then kept without a list: that is a third of the
    memory of all of them.
    """

    def __init__(self) -> None:
        self._lists: dict[KeyT, array[int] | int] = {}

    def __contains__(self, key: KeyT) -> bool:
        return key in self._lists

    def __getitem__(self, key: KeyT) -> npt.NDArray[np.int32]:
        """The slots of a key; not to be kept, since a list in view cannot grow.

        Raises:
            KeyError: if no record has it.
        """
        slots = self._lists[key]
        return np.frombuffer(array("i", (slots,)) if isinstance(slots, int) else slots, np.int32)

    def add(self, slot: int, keys: Iterable[KeyT]) -> None:
        """Note what the record in a slot has."""
        for key in keys:
            slots = self._lists.get(key)
            if slots is None:
                self._lists[key] = slot
            elif isinstance(slots, int):
                self._lists[key] = array("i", sorted((slots, slot)))
            else:
                insort(slots, slot)

    def remove(self, slot: int, keys: Iterable[KeyT]) -> None:
        """Forget what the record in a slot had, of which all was added."""
        for key in keys:
            slots = self._lists[key]
            if isinstance(slots, int):
                del self._lists[key]
                continue
            del slots[bisect_left(slots, slot)]
            if not slots:
                del self._lists[key]
