"""From documents that may fit to hits in their final order."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.search.alignment import Alignment
from bot.search.document import Document
from bot.search.lexicon import Lexicon
from bot.search.query import Query

NEAREST = 0.4
"""Below this score a name is not even near."""
MARGIN = 0.03
"""Hits this close to the best fit as well as it does."""
COMPLETE = 0.95
"""From this coverage on, a record has all that was asked for."""

_WHOLE_KEY, _NO_KEY = 1.0, 0.995
"""What a whole name or number scores, and the most that anything else does."""
_COMPLETION, _COMPLETION_OF_ONE_WORD, _TYPED = 0.96, 0.945, 0.03
"""A key that is typed in part scores one of the first two, plus the third times its share."""
_RATIO_WEIGHT = 0.06
"""The part of a score that is the likeness of the whole query to a whole name."""
_RATIO_ALONE = 0.08
"""How much a whole name's likeness is worth less than the same share of words."""
_FILLER_ALONE = 0.7
"""The most that a query of filler scores: enough to be suggested, not to be an answer."""

_EQUAL, _EQUAL_IF_INCOMPLETE = 0.005, 0.002
"""Hits this close in strength are put in the editors' order; closer, where words are missing."""
_TELLING_RATIO, _TELLING_WEIGHT = 0.6, 0.1
"""From this likeness on, what it has more of it adds to the strength, times the weight."""
_BEGUN_WEIGHT = 0.06
"""What it adds to the strength that the query begins a key."""
_TITLED_WEIGHT = 0.05
"""What it adds that an unfinished word begins the caption."""
_LONGEST_UNFINISHED = 2
"""Words of this length are taken as unfinished even if some record has them."""
_TURNED = 0.97
"""What a name is worth whose parties stand in another order."""
_LONGEST_TURNED = 8
_SEVERAL = 2


class Candidate(NamedTuple):
    """A document that may fit."""

    document: Document
    alignment: Alignment
    typed: float | None
    """The share of a key that is typed, if one starts as the query does."""


class Scored(NamedTuple):
    """A document with how well it fits."""

    document: Document
    score: float
    """1 for a whole key, otherwise about the share of the query that the record accounts for."""
    strength: float = 0.0
    """The score without what only tells long names from short ones."""
    coverage: float = 0.0
    """The share of the query that the record has anywhere, name or not."""
    misspelt: bool = False
    """Whether it rests on nothing but a misspelt word."""
    prose: bool = False
    """Whether its summary or holdings have the words, where no name has them all."""


def score(
    query: Query,
    candidates: Sequence[Candidate],
    lexicon: Lexicon,
    least: float = NEAREST,
) -> list[Scored]:
    """Score the documents that are near at least, in their order.

    Args:
        query: with at least one word.
        candidates: what may fit.
        lexicon: what words are known.
        least: where a document scores as much, those are left out that neither do nor have all
            that was asked for.
    """
    ratios = [_ratio(query.squeezed, each.document) for each in candidates]
    telling = _ratios_either_way(query, candidates, ratios) if query.phrase else ratios
    unfinished = _is_unfinished(query.words[-1], lexicon)
    scored: list[Scored] = []
    for (document, (share, coverage, spelt), typed), ratio, turned in zip(
        candidates, ratios, telling, strict=True
    ):
        key = _for_key(typed, len(query.words))
        if query.content:
            likeness = max(share, ratio - _RATIO_ALONE)
            points = likeness * (1 - _RATIO_WEIGHT) + ratio * _RATIO_WEIGHT
            points = max(min(points, _NO_KEY), key)
        else:
            points = key if key == _WHOLE_KEY else min(key, _FILLER_ALONE)
        strength = max(share, key)
        if query.phrase:
            strength += _TELLING_WEIGHT * max(0.0, turned - _TELLING_RATIO)
            strength += _BEGUN_WEIGHT * (key > 0)
        if unfinished:
            strength += _TITLED_WEIGHT * document.is_titled(query.squeezed)
        misspelt = not spelt and key == 0
        scored.append(Scored(document, round(points, 6), strength, coverage, misspelt))
    if max((each.score for each in scored), default=0.0) < least:
        least = NEAREST
    return [
        each
        for each in scored
        if each.score >= least or (each.score >= NEAREST and each.coverage >= COMPLETE)
    ]


def _is_unfinished(word: str, lexicon: Lexicon) -> bool:
    return len(word) <= _LONGEST_UNFINISHED or not lexicon.is_known(word)


def _ratio(form: str, document: Document) -> float:
    """The likeness of a document's closest name to a squeezed form, 0 to 1."""
    closest = process.extractOne(form, document.names, scorer=fuzz.ratio)
    return closest[1] / 100 if closest else 0.0


def _ratios_either_way(
    query: Query, candidates: Sequence[Candidate], ratios: Sequence[float]
) -> Sequence[float]:
    """The same, with the parties in any order, where several documents have all of the words."""
    words = query.words[:_LONGEST_TURNED]
    complete = [n for n, each in enumerate(candidates) if each.alignment.coverage >= COMPLETE]
    if len(words) < _SEVERAL or len(complete) < _SEVERAL:
        return ratios
    turned = ["".join((*words[cut:], *words[:cut])) for cut in range(1, len(words))]
    either = list(ratios)
    for place in complete:
        document = candidates[place].document
        either[place] = max(either[place], _TURNED * max(_ratio(t, document) for t in turned))
    return either


def _for_key(share: float | None, words: int) -> float:
    """What a key is worth of which so much is typed; nothing if it is none."""
    if share is None:
        return 0.0
    if share == 1:
        return _WHOLE_KEY
    return (_COMPLETION if words > 1 else _COMPLETION_OF_ONE_WORD) + _TYPED * share


def fitting(scored: Iterable[Scored]) -> list[Scored]:
    """Those that fit as well as the best does; a whole key is equalled by another one only."""
    scored = list(scored)
    best = max((each.score for each in scored), default=0.0)
    if best == _WHOLE_KEY:
        return [each for each in scored if each.score == best]
    return [e for e in scored if e.score >= best - MARGIN or e.coverage >= COMPLETE]


def arrange(scored: Iterable[Scored], citing: Callable[[Document], int]) -> list[Scored]:
    """Best first; among those that fit equally landmarks, then the most cited, then the latest."""
    scored = list(scored)
    fit = fitting(scored)
    strongest = max((each.strength for each in fit), default=0.0)
    width = _EQUAL if strongest >= COMPLETE else _EQUAL_IF_INCOMPLETE
    equal = {each.document for each in fit if each.strength >= strongest - width}
    fits = {each.document for each in fit}

    def place(each: Scored) -> tuple[object, ...]:
        document = each.document
        weight = (not document.landmark, -citing(document), document.precedence, document.id)
        if document in equal:
            return (0, *weight)
        return (1 if document in fits else 2, -each.score, *weight)

    return sorted(scored, key=place)
