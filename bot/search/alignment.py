"""How much of a query a record accounts for, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from bot.search.document import Document, Source
from bot.search.folding import is_cjk
from bot.search.lexicon import Lexicon, letters_of
from bot.search.query import FILLER

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]

_WORTH = np.array([1.0, 0.95, 0.9], np.float32)
"""What a word is worth by its `Source`: a name, a key, the context."""
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
    sizes = [len(document.words) // codes.itemsize for document in documents]
    alive = np.flatnonzero(_may_be_alike(query, codes >> 2, lexicon))
    numbers, place = np.unique(codes[alive] >> 2, return_inverse=True)
    alike, as_typed = _likeness(query, numbers, lexicon)
    weights = _weights(query, alike, lexicon.records_with_each(numbers), lexicon)
    content = [word not in FILLER for word in query]
    typed = as_typed[content].any(axis=0, keepdims=True)
    likest = np.concatenate((alike, typed), dtype=np.float32)[:, place]
    rows = np.concatenate((likest, likest[:-1] * _WORTH[codes[alive] & 3]))
    best = _best_of_each(rows, np.repeat(np.arange(len(documents)), sizes)[alive], len(documents))
    coverage, spelt, shares = best[: len(query)], best[len(query)], best[len(query) + 1 :]
    unknown = [n for n, word in enumerate(query) if _may_be_initials(word, lexicon)]
    if unknown:
        of_names = np.where(codes & 3 == Source.NAME, lexicon.initials(codes >> 2), 0)
        initials = _initials(of_names, sizes)
        for index in unknown:
            word = query[index].encode()
            spelt_out = np.array([word in letters for letters in initials], np.float32)
            for row in (coverage[index], shares[index]):
                np.maximum(row, _INITIALS * spelt_out, out=row)
    return Alignment(_shares(shares, weights), _shares(coverage, weights), spelt > 0)


def _best_of_each(values: Floats, owners: Integers, documents: int) -> Floats:
    """For each row the greatest value of each document; 0 for one that has none.

    Args:
        values: a column for each word of a document, those of a document side by side.
        owners: the document of each column, in order.
        documents: how many there are.
    """
    best = np.zeros((len(values), documents), np.float32)
    if len(owners):
        begins = np.empty(len(owners), np.bool_)
        begins[0] = True
        np.not_equal(owners[1:], owners[:-1], out=begins[1:])
        first = np.flatnonzero(begins)
        best[:, owners[first]] = np.maximum.reduceat(values, first, axis=1)
    return best


def _shares(best: Floats, weights: Floats) -> Floats:
    """The weighted mean, added up in one order whatever stands in the other columns."""
    return np.asarray((best * weights[:, None]).sum(axis=0) / weights.sum(), np.float32)


def _may_be_alike(
    query: Sequence[str], numbers: npt.NDArray[np.int32], lexicon: Lexicon
) -> Booleans:
    """Whether any word of the query may stand for each of some other words, by their letters alone.

    A letter that only one of two words has takes an edit, and a word that begins another one or
    stands inside it has no letter of its own. So most words need not be compared.
    """
    theirs, lengths = lexicon.letters(numbers), lexicon.lengths(numbers)
    ours = np.array([letters_of(word) for word in query], np.uint32)[:, None]
    longer = np.maximum(lengths, np.array([len(word) for word in query], np.uint16)[:, None])
    missing, extra = np.bitwise_count(ours & ~theirs), np.bitwise_count(theirs & ~ours)
    near = np.maximum(missing, extra) <= longer // _LETTERS_A_SLIP
    return np.asarray((near | (missing == 0)).any(axis=0))


def _likeness(
    query: Sequence[str], numbers: npt.NDArray[np.int32], lexicon: Lexicon
) -> tuple[Floats, Booleans]:
    """How well each word of the query (rows) stands for each of some other words, 0 to 1.

    The second matrix tells which of them are that word, as far as it is typed.
    """
    if not len(numbers):
        nothing = np.zeros((len(query), 0), np.float32)
        return nothing, nothing.astype(np.bool_)
    vocabulary = lexicon.words(numbers)
    edits = process.cdist(query, vocabulary, scorer=OSA.distance, dtype=np.uint8)
    shared = process.cdist(query, vocabulary, scorer=Prefix.similarity, dtype=np.uint8)
    lengths = np.array([[len(word)] for word in query], np.uint16)
    longer = np.maximum(lexicon.lengths(numbers), lengths)
    begun = shared == lengths
    guessed = np.array([[_may_be_misspelt(word)] for word in query])
    near = guessed & (edits <= longer // _LETTERS_A_SLIP)
    trusted = [[_KNOWN_ELSEWHERE if lexicon.is_known(word) else 1.0] for word in query]
    likeness = np.where(near, _misspelt(edits, longer) * np.array(trusted, np.float32), 0)
    all_of_them = "\n".join(vocabulary)
    for index, word in enumerate(query):
        if len(word) >= _SHORTEST_INSIDE and word in all_of_them and edits[index].min() > 1:
            inside = np.array([word in longer for longer in vocabulary])
            np.maximum(likeness[index], np.float32(_INSIDE) * inside, out=likeness[index])
    cut_short = [[_INITIAL if len(word) == 1 else _CUT_SHORT] for word in query]
    if len(query[-1]) > 1:
        cut_short[-1] = [_HALF_TYPED]
    np.maximum(likeness, np.array(cut_short, np.float32) * begun, out=likeness)
    likeness[edits == 0] = 1
    return likeness, begun


def _may_be_initials(word: str, lexicon: Lexicon) -> bool:
    short = _SHORTEST_INITIALS <= len(word) <= _LONGEST_INITIALS
    return short and word.isascii() and word.isalpha() and not lexicon.is_known(word)


def _initials(letters: npt.NDArray[np.uint8], sizes: Sequence[int]) -> list[bytes]:
    """For each document the first letters of its names' words, one after the other.

    Args:
        letters: of each word of each document; 0 where a word does not count.
        sizes: how many words each document has.
    """
    ends = list(accumulate(sizes))
    run = letters.tobytes()
    return [
        run[end - size : end].replace(b"\0", b"") for end, size in zip(ends, sizes, strict=True)
    ]


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
            top = alike[index].max(initial=0)
            records = int(counts[alike[index] == top].max()) if top > _LIKELY else 1
            weights[index] = lexicon.rarity(records)
    return weights
