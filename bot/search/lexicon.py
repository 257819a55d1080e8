"""The words of all records, each with a number, and how telling a word is."""

import math
from array import array
from collections.abc import Iterable
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from bot.search.query import FILLER

_LONGEST = 65535
_NO_INITIAL, _OTHER_SCRIPT = 0, 255


class Lexicon:
    """Numbers for words, shared by all shelves; only the public catalogue is counted.

    What a word weighs depends on public records alone, so no server's cases can change what
    another server sees. Numbers are never given twice and never taken back.
    """

    def __init__(self) -> None:
        self._words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._records = array("i")
        self._lengths = array("H")
        self._initials = array("B")
        self._letters = array("I")
        self._total = 0

    def number(self, word: str) -> int:
        """The number of a word, given to it now if it is new."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._words)
            self._words.append(word)
            self._records.append(0)
            self._lengths.append(min(len(word), _LONGEST))
            self._initials.append(_initial(word))
            self._letters.append(letters_of(word))
        return number

    def find(self, word: str) -> int | None:
        """The number of a word; `None` if no record ever had it."""
        return self._numbers.get(word)

    def is_known(self, word: str) -> bool:
        """Whether a public record has the word now."""
        number = self._numbers.get(word)
        return number is not None and self._records[number] > 0

    def word(self, number: int) -> str:
        """The word of a number."""
        return self._words[number]

    def words(self, numbers: npt.NDArray[np.int32]) -> tuple[str, ...]:
        """The words of some numbers, in their order."""
        words = itemgetter(*numbers.tolist())(self._words)
        return words if len(numbers) > 1 else (words,)

    def lengths(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.uint16]:
        """How long each of some words is; 65535 for longer ones."""
        return np.frombuffer(self._lengths, np.uint16)[numbers]

    def initials(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        """The first letter of each of some words as its ASCII code.

        0 for filler, which abbreviations leave out; 255 for other scripts.
        """
        return np.frombuffer(self._initials, np.uint8)[numbers]

    def letters(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.uint32]:
        """Which letters each of some words has, as `letters_of` gives them."""
        return np.frombuffer(self._letters, np.uint32)[numbers]

    def count(self, numbers: Iterable[int], step: int) -> None:
        """Note that a public record with these words came (`step` 1) or went (-1)."""
        self._total += step
        for number in numbers:
            self._records[number] += step

    def records_with(self, number: int) -> int:
        """How many public records have the word."""
        return self._records[number]

    def records_with_each(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """How many public records have each of some words."""
        return np.frombuffer(self._records, np.int32)[numbers]

    def rarity(self, records: int) -> float:
        """What a word (or part of one) weighs that this many public records have."""
        return math.log(1 + (self._total + 1) / (records + 0.5))


def letters_of(word: str) -> int:
    """Which letters a word has, a bit for each; some share one. 32 bits."""
    letters = 0
    for letter in word:
        letters |= 1 << (ord(letter) & 31)
    return letters


def _initial(word: str) -> int:
    if word in FILLER:
        return _NO_INITIAL
    return ord(word[0]) if word[0].isascii() else _OTHER_SCRIPT
