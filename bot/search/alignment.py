"""How much of a query a record accounts for, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from bot.search.document import Document, Source
from bot.search.folding import is_cjk
from bot.search.lexicon import Lexicon
from bot.search.query import FILLER

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]

_WORTH = {Source.NAME: 1.0, Source.KEY: 0.95, Source.CONTEXT: 0.9}
"""What a word is worth by where the record has it."""
_CUT_SHORT = 0.85
"""A word of the query that begins a longer word of the record."""
_HALF_TYPED = 0.97
"""The same for the last word, which may not be finished."""
_INITIAL = 0.7
"""A single letter that begins a word."""
_INSIDE = 0.75
"""A word of the query that stands inside a longer word of the record."""
_SHORTEST_INSIDE = 4
_INITIALS = 0.9
"""An unknown word that the first letters of a name's words spell: `cbt` for a bank and trust."""
_SHORTEST_INITIALS, _LONGEST_INITIALS = 3, 6
_ONE_SLIP, _SLIPS = 0.6, 1.3
"""What one edit costs, and each of several, divided by the length of the longer word."""
_KNOWN_ELSEWHERE = 0.6
"""What is left of such a likeness where some record has the word as it was typed."""
_SHORTEST_MISSPELT = 3
_LENGTH_FOR_ONE_SLIP, _LETTERS_A_SLIP = 4, 3
"""How long the longer of two words is, at least, to be taken for a misspelling of the other."""
_FILLER_WEIGHT = 0.05
_LIKELY = 0.6
"""From this likeness on, an unknown word weighs what the word weighs that it stands for."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What each of some documents accounts for, in their order."""

    shares: Floats
    """The weighted share of the query's words, 0 to 1, by what each is worth where it stands."""
    coverage: Floats
    """The same, wherever the words stand."""
    spelt: Booleans
    """Whether a word that is more than filler stands in the record as it was typed so far."""


def align(query: Sequence[str], documents: Sequence[Document], lexicon: Lexicon) -> Alignment:
    """Compare a query's words with those of every document; neither may be empty.

    Each word of the query takes the best word of the record, which it may misspell by one or two
    letters, cut short or be a part of. Digits and CJK characters are never guessed.
    """
    codes = np.frombuffer(b"".join(document.words for document in documents), np.int32)
    numbers, place = np.unique(codes >> 2, return_inverse=True)
    alike, as_typed = _likeness(query, numbers, lexicon)
    counts = lexicon.records_with_each(numbers)
    weights = _weights(query, alike, counts, lexicon)
    worth = np.array(list(_WORTH.values()), np.float32)[codes & 3]
    starts = np.cumsum([0, *(len(document.words) // codes.itemsize for document in documents[:-1])])
    by_code = alike[:, place]
    unknown = [n for n, word in enumerate(query) if _may_be_initials(word, lexicon)]
    if unknown:
        named = codes & 3 == Source.NAME
        initials = _initials(np.where(named, lexicon.initials(numbers)[place], 0), starts)
        for index in unknown:
            # A record's first word, which is of a name, stands for the row of words.
            word = query[index].encode()
            spelt_out = np.array([word in letters for letters in initials], np.float32)
            by_code[index, starts] = np.maximum(by_code[index, starts], _INITIALS * spelt_out)
    filler = np.array([word in FILLER for word in query])
    return Alignment(
        shares=_shares(np.maximum.reduceat(by_code * worth, starts, axis=1), weights),
        coverage=_shares(np.maximum.reduceat(by_code, starts, axis=1), weights),
        spelt=np.logical_or.reduceat(np.asarray(as_typed[~filler].any(axis=0))[place], starts),
    )


def _shares(best: Floats, weights: Floats) -> Floats:
    """The weighted mean, added up in one order whatever stands in the other columns."""
    return np.asarray((best * weights[:, None]).sum(axis=0) / weights.sum(), np.float32)


def _likeness(
    query: Sequence[str], numbers: npt.NDArray[np.int32], lexicon: Lexicon
) -> tuple[Floats, Booleans]:
    """How well each word of the query (rows) stands for each of some other words, 0 to 1.

    The second matrix tells which of them are that word, as far as it is typed.
    """
    vocabulary = lexicon.words(numbers)
    edits = process.cdist(query, vocabulary, scorer=OSA.distance, dtype=np.uint8)
    shared = process.cdist(query, vocabulary, scorer=Prefix.similarity, dtype=np.uint8)
    typed = np.array([len(word) for word in query])
    lengths = lexicon.lengths(numbers)
    all_of_them = "\n".join(vocabulary)
    begun = shared == typed[:, None]
    rows = np.zeros(edits.shape, np.float32)
    for index, word in enumerate(query):
        row = rows[index]
        if _may_be_misspelt(word):
            longer = np.maximum(lengths, len(word))
            near = np.flatnonzero(edits[index] <= longer // _LETTERS_A_SLIP)
            likeness = _misspelt(edits[index, near], longer[near])
            row[near] = likeness * _KNOWN_ELSEWHERE if lexicon.is_known(word) else likeness
        if len(word) >= _SHORTEST_INSIDE and word in all_of_them and edits[index].min() > 1:
            inside = np.array([word in longer for longer in vocabulary])
            np.maximum(row, np.where(inside, np.float32(_INSIDE), 0), out=row)
        starts = _HALF_TYPED if index == len(query) - 1 else _CUT_SHORT
        starts = _INITIAL if len(word) == 1 else starts
        cut = np.flatnonzero(begun[index])
        row[cut] = np.maximum(row[cut], np.float32(starts))
    rows[edits == 0] = 1
    return rows, begun


def _may_be_initials(word: str, lexicon: Lexicon) -> bool:
    short = _SHORTEST_INITIALS <= len(word) <= _LONGEST_INITIALS
    return short and word.isascii() and word.isalpha() and not lexicon.is_known(word)


def _initials(letters: npt.NDArray[np.uint8], starts: Integers) -> list[bytes]:
    """For each document the first letters of its names' words, one after the other.

    Args:
        letters: of each word of each document; 0 where a word does not count.
        starts: where each document's words begin.
    """
    bounds = [*starts.tolist(), len(letters)]
    run = letters.tobytes()
    return [run[start:end].replace(b"\0", b"") for start, end in pairwise(bounds)]


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _SHORTEST_MISSPELT and word.isalpha() and not is_cjk(word)


def _misspelt(edits: Integers, longer: Integers) -> Floats:
    """The likeness of words that so few edits set apart, by the length of the longer one."""
    one = (edits == 1) & (longer >= _LENGTH_FOR_ONE_SLIP)
    return np.where(one, 1 - _ONE_SLIP / longer, 1 - _SLIPS * edits / longer).astype(np.float32)


def _weights(query: Sequence[str], alike: Floats, counts: Integers, lexicon: Lexicon) -> Floats:
    """What each word of the query weighs: the rarer, the more; an unknown one as its likeliest."""
    weights = np.empty(len(query), np.float32)
    for index, word in enumerate(query):
        if word in FILLER:
            weights[index] = _FILLER_WEIGHT
        elif lexicon.is_known(word):
            weights[index] = lexicon.rarity(lexicon.records_with(lexicon.number(word)))
        else:
            top = alike[index].max()
            records = int(counts[alike[index] == top].max()) if top > _LIKELY else 1
            weights[index] = lexicon.rarity(records)
    return weights
