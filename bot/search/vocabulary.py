"""Which words of some records a typed word may stand for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.document import Source
from bot.search.folding import is_cjk
from bot.search.lexicon import Lexicon
from bot.search.numbers import NumberLists

_CUT_SHORT = 0.85
"""A typed word that begins a longer one."""
_HALF_TYPED = 0.97
"""The same for the last word, which may not be finished."""
_INSIDE = 0.75
"""A typed word that stands inside a longer one."""
_SHORTEST_INSIDE, _LONGEST_PART = 4, 20
_ONE_SLIP, _SLIPS = 0.6, 1.3
"""What one edit costs, and each of several, divided by the length of the longer word."""
_SHORTEST_MISSPELT = 3
_LENGTH_FOR_ONE_SLIP, _LETTERS_A_SLIP = 4, 3
"""How long the longer of two words is, at least, to be taken for a misspelling of the other."""

_SHORT_WORD = 6
"""In words below this length a slip leaves no trigram whole, so their pairs count too."""
_PAIR = "%"
_SHARED = 2
"""How many pieces two words have in common, at least, to be compared."""
_BUDGET = 1_500
"""How many entries of the lists of pieces one word may count."""
_MOST_BEGUN = 300
"""A beginning that more words have tells nothing."""
_KEPT = 256
"""For how many typed words the answer is kept until a record changes."""


class Alike(NamedTuple):
    """Words that a typed one may stand for, all of them equally well."""

    likeness: float
    """Above 0 to 1, which is the word itself."""
    begun: bool
    """Whether they were typed right, as far as they were typed."""
    numbers: Sequence[int]


class Vocabulary:
    """The words of the records of one shelf, and which records have each.

    Digits and CJK characters are never guessed, so only other words have pieces.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._records = NumberLists[int]("q")
        self._pieces = NumberLists[str]("i")
        self._kept: dict[tuple[str, bool, bool], tuple[Alike, ...]] = {}

    def add(self, record: int, codes: Sequence[int]) -> None:
        """Note the words of a record, each its number times four plus its `Source`."""
        self._kept.clear()
        for code in codes:
            number = code >> 2
            if not self._has(number):
                self._pieces.add(number, _pieces_of(self._lexicon.word(number)))
            self._records.add(record, (code,))

    def remove(self, record: int, codes: Sequence[int]) -> None:
        """Forget the words of a record, which were noted."""
        self._kept.clear()
        for code in codes:
            number = code >> 2
            self._records.remove(record, (code,))
            if not self._has(number):
                self._pieces.remove(number, _pieces_of(self._lexicon.word(number)))

    def records(self, numbers: Iterable[int], source: Source) -> list[Sequence[int]]:
        """The records, in order, that have each of some words from a source.

        Words that none has are left out. The lists are not to be kept nor changed.
        """
        return self._records.lists(number * 4 + source for number in numbers)

    def alike(self, word: str, *, last: bool) -> tuple[Alike, ...]:
        """The words that a typed one may stand for, in no order.

        A word that some public record has is no misspelt one.

        Args:
            word: a word of a query.
            last: whether it is the query's last one, which may not be finished.
        """
        known = self._lexicon.is_known(word)
        found = self._kept.get((word, last, known))
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            likely = self._find(word, last=last, known=known)
            found = self._kept[word, last, known] = tuple(each for each in likely if each.numbers)
        return found

    def parts(self, word: str) -> Iterator[tuple[int, float]]:
        """The words that stand inside a typed one, as of several typed without a space.

        Gives the number of each and the share of the letters that it is.
        """
        for start in range(len(word)):
            longest = min(len(word), start + _LONGEST_PART)
            for end in range(start + _SHORTEST_INSIDE, longest + 1):
                number = self._number(word[start:end])
                if number is not None:
                    yield number, (end - start) / len(word)

    def _number(self, word: str) -> int | None:
        """The number of a word, if a record of the shelf has it."""
        number = self._lexicon.find(word)
        return number if number is not None and self._has(number) else None

    def _has(self, number: int) -> bool:
        return any(number * 4 + source in self._records for source in Source)

    def _find(self, word: str, *, last: bool, known: bool) -> Iterator[Alike]:
        number = self._number(word)
        if number is not None:
            yield Alike(1.0, begun=True, numbers=(number,))
        if not _has_pieces(word):
            return
        likely = _HALF_TYPED if last else _CUT_SHORT
        if known or len(word) < _SHORTEST_MISSPELT:
            yield Alike(likely, begun=True, numbers=self._begun(word))
            return
        near = [other for other in self._near(word) if other != number]
        others = self._lexicon.words(near)
        likeness = dict.fromkeys(_around(word, others), _INSIDE) | _slips(word, others)
        begun = [place for place, other in enumerate(others) if other.startswith(word)]
        yield Alike(likely, begun=True, numbers=[near[place] for place in begun])
        equal: dict[float, list[int]] = {}
        for place in likeness.keys() - begun:
            equal.setdefault(likeness[place], []).append(near[place])
        yield from (Alike(value, begun=False, numbers=each) for value, each in equal.items())

    def _begun(self, word: str) -> list[int]:
        """The numbers of the words that begin with a word and go on; none if there are many."""
        numbers = min(map(self._pieces.get, _trigrams(f"${word}")), key=len)
        if len(numbers) > _MOST_BEGUN:
            return []
        named = zip(numbers, self._lexicon.words(numbers), strict=True)
        return [number for number, other in named if other != word and other.startswith(word)]

    def _near(self, word: str) -> list[int]:
        """The numbers of the words that have pieces enough in common with one."""
        lists = sorted(map(self._pieces.get, _pieces_of(word)), key=len)
        read = max(1, sum(total <= _BUDGET for total in accumulate(map(len, lists))))
        shared = Counter(chain.from_iterable(lists[:read]))
        return [number for number, count in shared.items() if count >= _SHARED]


def _has_pieces(word: str) -> bool:
    """Whether a word may be guessed from a part of it."""
    return len(word) > 1 and word.isalpha() and not is_cjk(word)


def _pieces_of(word: str) -> Iterable[str]:
    """The overlapping pieces of a word, each once; none of one that is never guessed."""
    if not _has_pieces(word):
        return ()
    edged = f"${word}$"
    pieces = _trigrams(edged)
    if len(word) < _SHORT_WORD:
        pieces += [_PAIR + edged[i : i + 2] for i in range(len(edged) - 1)]
    return dict.fromkeys(pieces)


def _trigrams(text: str) -> list[str]:
    return [text[i : i + 3] for i in range(len(text) - 2)]


def _slips(word: str, others: Sequence[str]) -> dict[int, float]:
    """The places of the words that a word may misspell → the likeness."""
    found: dict[int, float] = {}
    near = process.extract(
        word, others, scorer=OSA.normalized_distance, score_cutoff=1 / _LETTERS_A_SLIP, limit=None
    )
    for other, distance, place in near:
        longer = max(len(word), len(other))
        edits = round(distance * longer)
        one = edits == 1 and longer >= _LENGTH_FOR_ONE_SLIP
        found[place] = 1 - (_ONE_SLIP if one else _SLIPS * edits) / longer
    return found


def _around(word: str, others: Sequence[str]) -> list[int]:
    """The places of the words that a word stands inside."""
    if len(word) < _SHORTEST_INSIDE or word not in "\n".join(others):
        return []
    return [place for place, other in enumerate(others) if word in other]
