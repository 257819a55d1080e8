"""Which records are worth comparing word by word: those that share the rarest pieces of words."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from bot.search.document import Source
from bot.search.folding import is_cjk
from bot.search.query import FILLER
from bot.search.slots import SlotLists

CANDIDATES = 40
"""How many records are compared word by word."""
_BUDGET = 50_000
"""How many entries of postings one search may add up."""
_CUT = 0.35
"""Records below this share of the best one's score are not looked at."""
_LENGTH = 0.45
"""How much a record's own length counts against it."""
_SHORT_WORD = 6
"""In words below this length a slip leaves no trigram whole, so their pairs count too."""
_FREE = (1 << 63) - 1
"""The precedence of a slot without a record."""
_PAIR, _WHOLE = "%", "#"
_PAIR_WEIGHT, _WHOLE_WEIGHT, _FILLER_WEIGHT = 0.5, 0.7, 0.3


def pieces_of(word: str, *, open_end: bool = False) -> list[str]:
    """The overlapping pieces of a name's word; an open end leaves out what only its end has."""
    if is_cjk(word):
        return [word]
    edged = f"${word}" if open_end else f"${word}$"
    pieces = [edged[i : i + 3] for i in range(len(edged) - 2)] or [edged]
    if len(word) < _SHORT_WORD and word.isalpha():
        pieces += [_PAIR + edged[i : i + 2] for i in range(len(edged) - 1)]
    return pieces


def pieces_of_record(words: Iterable[tuple[str, Source]]) -> set[str]:
    """Pieces of the words of names; of keys and context only the whole words."""
    pieces: set[str] = set()
    for word, source in words:
        if source is Source.NAME:
            pieces.update(pieces_of(word))
        else:
            pieces.add(_WHOLE + word)
    return pieces


class Postings:
    """For each piece the slots of the records that have it."""

    def __init__(self) -> None:
        self._slots = SlotLists[str]()
        self._sizes = array("f")
        self._precedence = array("q")

    def add(self, slot: int, pieces: set[str], precedence: int) -> None:
        """Note the pieces of the record in a slot; `precedence` decides between equals."""
        while len(self._sizes) <= slot:
            self._sizes.append(0)
            self._precedence.append(_FREE)
        self._sizes[slot] = len(pieces)
        self._precedence[slot] = precedence
        self._slots.add(slot, pieces)

    def remove(self, slot: int, pieces: set[str]) -> None:
        """Forget the pieces of a record that was added with them."""
        self._precedence[slot] = _FREE
        self._slots.remove(slot, pieces)

    def best(self, query: Sequence[str], rarity: Callable[[int], float]) -> list[int]:
        """The slots of the records that share most with the query, in no order.

        Args:
            query: its words; the last one may be half typed.
            rarity: what a piece weighs that so many records have.
        """
        lists = [
            (self._slots[piece], weight)
            for piece, weight in _wanted(query).items()
            if piece in self._slots
        ]
        if not lists:
            return []
        lists.sort(key=lambda pair: len(pair[0]))
        weights = [rarity(len(slots)) * importance for slots, importance in lists]
        # Within the budget, the rarest pieces first; the first one is always read.
        spent = accumulate(len(slots) for slots, _ in lists)
        read = max(1, sum(total <= _BUDGET for total in spent))
        sizes = [len(slots) for slots, _ in lists[:read]]
        entries = np.concatenate([slots for slots, _ in lists[:read]])
        scores = np.bincount(entries, np.repeat(weights[:read], sizes), len(self._sizes))
        most = sum(weights)
        found = np.flatnonzero(scores > _CUT * scores.max())
        if len(found) <= CANDIDATES:
            return found.tolist()
        lengths = np.frombuffer(self._sizes, np.float32)[found]
        return self._first(found, scores[found] / (most + _LENGTH * lengths))

    def first(self, limit: int) -> list[int]:
        """The slots whose records come first by precedence, in no order."""
        precedence = np.frombuffer(self._precedence, np.int64)
        if limit < len(precedence):
            slots = np.argpartition(precedence, limit)[:limit]
        else:
            slots = np.arange(len(precedence))
        return slots[precedence[slots] != _FREE].tolist()

    def count(self, query: Sequence[str]) -> int:
        """How many records have every word of the query, the last one as far as it is typed.

        The query has to have a word that is not filler.
        """
        common = np.ones(len(self._sizes), np.bool_)
        for word, open_end in dict(_with_open_end(query)).items():
            if word in FILLER:
                continue
            named = np.ones(len(self._sizes), np.bool_)
            for piece in pieces_of(word, open_end=open_end):
                if piece[0] != _PAIR:
                    named &= self._have(piece)
            common &= named | self._have(_WHOLE + word)
        return int(common.sum())

    def _have(self, piece: str) -> npt.NDArray[np.bool_]:
        """For each slot whether its record has the piece."""
        have = np.zeros(len(self._sizes), np.bool_)
        if piece in self._slots:
            have[self._slots[piece]] = True
        return have

    def _first(self, slots: npt.NDArray[np.intp], scores: npt.NDArray[np.floating]) -> list[int]:
        """The best by score; where the cut falls between equals, by precedence."""
        last = np.partition(scores, -CANDIDATES)[-CANDIDATES]
        better, equal = slots[scores > last], slots[scores == last]
        room = CANDIDATES - len(better)
        if len(equal) > room:
            precedence = np.frombuffer(self._precedence, np.int64)[equal]
            equal = equal[np.argpartition(precedence, room - 1)[:room]]
        return [*better.tolist(), *equal.tolist()]


def _wanted(query: Sequence[str]) -> dict[str, float]:
    """The pieces of the query's words with what each is worth."""
    wanted: dict[str, float] = {}
    for word, open_end in _with_open_end(query):
        importance = _FILLER_WEIGHT if word in FILLER else 1.0
        for piece in pieces_of(word, open_end=open_end):
            worth = importance * (_PAIR_WEIGHT if piece[0] == _PAIR else 1.0)
            wanted[piece] = max(worth, wanted.get(piece, 0.0))
        wanted.setdefault(_WHOLE + word, importance * _WHOLE_WEIGHT * max(1, len(word) - 1))
    return wanted


def _with_open_end(query: Sequence[str]) -> Iterator[tuple[str, bool]]:
    for index, word in enumerate(query):
        yield word, index == len(query) - 1
