"""The words of all records, each with a number, and how telling a word is."""

import math
from array import array
from collections.abc import Iterable, Sequence


class Lexicon:
    """Numbers for words, shared by all shelves; only the public catalogue is counted.

    What a word weighs depends on public records alone, so no server's cases can change what
    another server sees. Numbers are never given twice and never taken back.
    """

    def __init__(self) -> None:
        self._words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._records = array("i")
        self._total = 0

    def number(self, word: str) -> int:
        """The number of a word, given to it now if it is new."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._words)
            self._words.append(word)
            self._records.append(0)
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

    def words(self, numbers: Sequence[int]) -> list[str]:
        """The words of some numbers, in their order."""
        words = self._words
        return [words[number] for number in numbers]

    def count(self, numbers: Iterable[int], step: int) -> None:
        """Note that a public record with these words came (`step` 1) or went (-1)."""
        self._total += step
        for number in numbers:
            self._records[number] += step

    def records_with(self, number: int) -> int:
        """How many public records have the word."""
        return self._records[number]

    def rarity(self, records: int) -> float:
        """What a word weighs that this many public records have."""
        return math.log(1 + (self._total + 1) / (records + 0.5))
