"""From documents that may fit to hits in their final order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.search.alignment import align
from bot.search.document import Document
from bot.search.lexicon import Lexicon
from bot.search.query import Query

MARGIN = 0.03
"""Hits this close to the best fit as well as it does."""
_RATIO_WEIGHT = 0.06
"""The part of a score that is the likeness of the whole query to a whole name."""
_RATIO_ALONE = 0.08
"""How much a whole name's likeness is worth less than the same share of words."""
_COMPLETION = 0.96
_COMPLETION_OF_ONE_WORD = 0.945
_TYPED = 0.03
"""A half-typed key scores one of the two above, plus this times the share that is typed."""
_WHOLE_KEY = 1.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A document with how well it fits."""

    document: Document
    score: float
    """1 for a whole key, otherwise about the share of the query that the record accounts for."""
    misspelt: bool
    """Whether it rests on nothing but a misspelt word."""
    prose: bool = False
    """Whether it rests on words that only the summary or a holding has."""


def score(
    query: Query,
    documents: Sequence[Document],
    typed: Mapping[Document, float],
    lexicon: Lexicon,
) -> list[Scored]:
    """Score documents, in their order.

    Args:
        query: with at least one word.
        documents: what may fit; all of them are compared.
        typed: the documents a key of which starts as the query does → the share typed.
        lexicon: what words weigh.
    """
    if not documents:
        return []
    alignment = align(query.words, documents, lexicon)
    scored: list[Scored] = []
    for document, share, spelt in zip(
        documents, alignment.shares.tolist(), alignment.spelt.tolist(), strict=True
    ):
        ratio = max((fuzz.ratio(query.squeezed, name) / 100 for name in document.names), default=0)
        points = max(share, ratio - _RATIO_ALONE) * (1 - _RATIO_WEIGHT) + _RATIO_WEIGHT * ratio
        if document in typed:
            points = max(points, _for_key(typed[document], len(query.words)))
        scored.append(Scored(document, round(points, 6), not spelt and document not in typed))
    return scored


def _for_key(share: float, words: int) -> float:
    if share == 1:
        return _WHOLE_KEY
    start = _COMPLETION if words > 1 else _COMPLETION_OF_ONE_WORD
    return start + _TYPED * share


def fitting(scored: Iterable[Scored]) -> list[Scored]:
    """Those that fit as well as the best does; a whole key is equalled by another one only."""
    scored = list(scored)
    best = max((each.score for each in scored), default=0.0)
    least = best if best == _WHOLE_KEY else best - MARGIN
    return [each for each in scored if each.score >= least]


def arrange(scored: Iterable[Scored], citing: Callable[[Document], int]) -> list[Scored]:
    """Best first; among those that fit equally landmarks, then the most cited, then the latest."""
    scored = list(scored)
    equal = {each.document for each in fitting(scored)}

    def place(each: Scored) -> tuple[object, ...]:
        document = each.document
        weight = (not document.landmark, -citing(document), document.precedence, document.id)
        return (0, *weight) if document in equal else (1, -each.score, *weight)

    return sorted(scored, key=place)
