"""What the index knows of a case: the words it is found by, and what puts it before others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.jurisdictions import JURISDICTIONS


@dataclass(frozen=True, slots=True)
class Entry:
    """A case as the index takes it. All texts are as written; the index folds them."""

    id: str
    scope: int
    """`PUBLIC`, or the id of the server that keeps the case for itself."""
    slug: str
    names: tuple[str, ...]
    """What the case is called: captions and aliases; the caption comes first."""
    keys: tuple[str, ...]
    """Docket numbers and citations."""
    context: tuple[str, ...]
    """Courts, judges, jurisdiction, topics, AI systems, years and results."""
    text: tuple[str, ...] = ()
    """The summary and the holdings."""
    landmark: bool = False
    latest: int = 0
    """The proleptic ordinal of the earliest day of the latest ruling; 0 where there is none."""
    related: tuple[str, ...] = ()
    """The slugs of the cases that this one names as related."""
    mentions: tuple[str, ...] = ()
    """Parties and works: as telling as names, but none of them is what the case is called."""


def entry_of(case_id: str, scope: int, case: Case) -> Entry:
    """The entry of a case record under the id and in the scope it is stored with."""
    days = [r.decided_on.earliest.toordinal() for r in case.rulings if r.decided_on]
    return Entry(
        id=case_id,
        scope=scope,
        slug=case.slug,
        names=_distinct(_names(case)),
        keys=_distinct(_keys(case)),
        context=_distinct(_context(case)),
        text=(case.summary, *(ruling.holding for ruling in case.rulings)),
        landmark=case.landmark,
        latest=max(days, default=0),
        related=tuple(related.slug for related in case.related),
        mentions=_distinct([*(party.name for party in case.parties), *case.works]),
    )


def _names(case: Case) -> Iterator[str | None]:
    yield case.title
    yield case.native_title
    yield from case.aliases


def _keys(case: Case) -> Iterator[str | None]:
    for ruling in case.rulings:
        yield ruling.docket_number
        yield from ruling.citations


def _context(case: Case) -> Iterator[str | None]:
    jurisdiction = JURISDICTIONS[case.jurisdiction]
    yield jurisdiction.name
    yield from jurisdiction.other_words
    yield from case.ai_systems
    yield from case.topics
    yield str(case.filed_on.year) if case.filed_on else None
    for ruling in case.rulings:
        yield ruling.court
        yield ruling.native_court
        yield from ruling.judges
        yield ruling.result
        yield str(ruling.decided_on.year) if ruling.decided_on else None


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
