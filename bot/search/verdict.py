"""What the index makes of a query: one case, several that fit, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.search.alignment import CANDIDATES
from bot.search.ranking import COMPLETE, Scored, fitting

SURE = 0.88
"""From this score on, the best hit is shown as the answer."""
SURE_IF_COMPLETE = 0.84
"""The same where the record has every word that was asked for, such as a judge's name."""
MAYBE = 0.75
"""From this score on, hits are offered as what may be meant."""
MOST_COUNTED = 250
"""More that fit are not counted."""
_OFFERED = 25
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that fits a query."""

    id: str
    score: float
    """0 to 1; comparable between the hits of one query."""


@dataclass(frozen=True, slots=True)
class Found:
    """One case is meant."""

    hit: Hit


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several cases fit, or some may and none is sure."""

    sure: bool
    """Whether the first is an answer; if not, the list only asks what was meant."""
    hits: tuple[Hit, ...]
    """At most 25, in their final order; at least one."""
    total: int
    """How many fit, which may be more than `hits` has; `MOST_COUNTED` stands for that and more."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No case fits."""

    near: tuple[Hit, ...] = ()
    """The nearest names, at most five, maybe none."""


Verdict = Found | Ambiguous | NotFound


def hits_of(scored: Sequence[Scored], limit: int) -> tuple[Hit, ...]:
    """The first of them as hits."""
    return tuple(Hit(each.document.id, each.score) for each in scored[:limit])


def is_sure(first: Scored, best: float) -> bool:
    """Whether the first of those that fit may be shown as the answer."""
    least = SURE_IF_COMPLETE if first.coverage >= COMPLETE else SURE
    return best >= least and not first.misspelt


def judge(scored: Sequence[Scored], count: Callable[[], int]) -> Verdict:
    """Decide what hits in their final order amount to.

    Args:
        scored: everything that was compared with the query, in the order it is shown in.
        count: how many records there are that have all of the query's words; asked only where
            more fit than were compared.
    """
    equal = fitting(scored)
    best = max((each.score for each in equal), default=0.0)
    if best < MAYBE and any(each.prose for each in scored):
        told = [each for place, each in enumerate(scored) if each.prose or place < _NEAR]
        return Ambiguous(sure=False, hits=hits_of(told, _OFFERED), total=len(told))
    if best < MAYBE:
        return NotFound(hits_of(scored, _NEAR))
    if is_sure(equal[0], best):
        if len(equal) == 1:
            return Found(hits_of(equal, 1)[0])
        total = len(equal)
        if total >= CANDIDATES:
            total = min(max(total, count()), MOST_COUNTED)
        return Ambiguous(sure=True, hits=hits_of(equal, _OFFERED), total=total)
    maybe = [each for each in scored if each.score >= MAYBE]
    return Ambiguous(sure=False, hits=hits_of(maybe, _OFFERED), total=len(maybe))
