"""From what somebody typed to the cases that answer it. Nothing here waits or touches storage."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.case import Case
from bot.domain.dates import PartialDate
from bot.domain.records import Record
from bot.domain.vocabulary import Relation, Result
from bot.search import Ambiguous, Found, Hit, NotFound
from bot.services.catalogue import Catalogue
from bot.services.lookup_tally import LookupTally, Outcome

_ID = re.compile(r"[a-z2-7]{13}")
_LINES_KEPT = 4096
_NEAR = 5
NAME_SEPARATOR = " · "
"""What stands after the caption in a suggestion's shown name."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What a list shows of a case."""

    id: str
    title: str
    jurisdiction: str
    court: str | None
    """The court of the leading ruling, if there is one."""
    decided_on: PartialDate | None
    filed_on: PartialDate | None
    result: Result | None


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """A related case that the reader may see."""

    relation: Relation
    line: CaseLine


@dataclass(frozen=True, slots=True)
class Answer:
    """One case in full, with what it takes from others."""

    line: CaseLine
    case: Case
    related: tuple[RelatedLine, ...]


@dataclass(frozen=True, slots=True)
class CaseFound:
    """The case asked for, and the others that fit as well, the shown one first among them."""

    line: CaseLine
    fits: tuple[CaseLine, ...]
    """Empty where only one case fits."""
    total: int
    """How many fit; `MOST_COUNTED` stands for that and more."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """Several cases may be meant and none is sure; best first."""

    lines: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class NothingFound:
    """No case fits; the nearest names, at most five, maybe none."""

    near: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The case was removed from the catalogue by its editors."""

    title: str


Reply = CaseFound | Unsure | NothingFound | Withdrawn


class Lookup:
    """Answers queries from the catalogue in memory, for the reader of one scope.

    A scope is `PUBLIC` or a guild's id: public cases are always seen, that guild's own too.

    Attributes:
        tally: counts what is answered from here; whoever keeps answers counts the kept ones, too.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.tally = LookupTally()
        self._catalogue = catalogue

    @property
    def revision(self) -> int:
        """Grows with every change, so that an answer can be kept until it does."""
        return self._catalogue.revision

    def ask(self, query: str, scope: int) -> Reply:
        """The case that a query means.

        Args:
            query: a suggestion's id, a suggestion's shown name, or free text of any length.
            scope: whose cases are seen beside the public ones.
        """
        chosen = self._chosen(query.strip(), scope)
        if chosen is not None:
            return chosen
        hidden = self._catalogue.hidden(scope)
        match self._catalogue.index.ask(query, scope=scope, hidden=hidden):
            case Found(hit):
                return CaseFound(line_of(self._record(hit.id, scope)), (), 1)
            case Ambiguous(hits=hits, sure=True, total=total):
                lines = self._lines(hits, scope)
                return CaseFound(lines[0], lines, total)
            case Ambiguous(hits=hits):
                return Unsure(self._lines(hits, scope))
            case NotFound(near):
                return NothingFound(self._lines(near[:_NEAR], scope))

    def suggest(self, typed: str, scope: int) -> list[CaseLine]:
        """At most 25 cases for a half-typed query, best first; the landmarks for an empty one."""
        hidden = self._catalogue.hidden(scope)
        hits = self._catalogue.index.complete(typed, scope=scope, hidden=hidden)
        return list(self._lines(hits, scope))

    def open(self, case_id: str, scope: int) -> Answer | Withdrawn | None:
        """The case with an id, if a reader of this scope may see it."""
        if self._catalogue.get(case_id, scope) is not None:
            return self.read(case_id, scope)
        return self._withdrawn(case_id, scope)

    def read(self, case_id: str, scope: int) -> Answer:
        """A case in full that was found just now.

        Raises:
            KeyError: if a reader of this scope does not see it.
        """
        record = self._record(case_id, scope)
        case = record.case()
        related = (
            RelatedLine(link.relation, line_of(other))
            for link in case.related
            if (other := self._catalogue.by_slug(link.slug, scope)) is not None
        )
        return Answer(line_of(record), case, tuple(related))

    def lines(self, case_ids: Iterable[str], scope: int) -> tuple[CaseLine, ...]:
        """The list lines of the cases with these ids that a reader of this scope may see."""
        records = (self._catalogue.get(case_id, scope) for case_id in case_ids)
        return tuple(line_of(record) for record in records if record is not None)

    def count(self, scope: int) -> int:
        """How many cases a reader of this scope may see."""
        return self._catalogue.count(scope)

    def _lines(self, hits: Iterable[Hit], scope: int) -> tuple[CaseLine, ...]:
        return self.lines((hit.id for hit in hits), scope)

    def _record(self, case_id: str, scope: int) -> Record:
        record = self._catalogue.get(case_id, scope)
        if record is None:
            raise KeyError(case_id)
        return record

    def _withdrawn(self, case_id: str, scope: int) -> Withdrawn | None:
        withdrawn = self._catalogue.withdrawn(case_id, scope)
        return None if withdrawn is None else Withdrawn(withdrawn.case().title)

    def _chosen(self, query: str, scope: int) -> CaseFound | Withdrawn | None:
        """The case behind a suggestion, whether Discord sent its value or, as it may, its name."""
        if _ID.fullmatch(query):
            chosen = next(iter(self.lines([query], scope)), None)
            return self._withdrawn(query, scope) if chosen is None else CaseFound(chosen, (), 1)
        caption, separator, _ = query.partition(NAME_SEPARATOR)
        if not separator:
            return None
        hits = self._catalogue.index.search(query, scope=scope)
        named = (line for line in self._lines(hits, scope) if _is_caption(caption, line.title))
        line = next(named, None)
        return None if line is None else CaseFound(line, (), 1)


def outcome_of(reply: Reply) -> Outcome:
    """What a reply counts as."""
    match reply:
        case CaseFound(fits=()):
            return Outcome.FOUND
        case CaseFound():
            return Outcome.SEVERAL
        case Unsure():
            return Outcome.UNSURE
        case NothingFound():
            return Outcome.NOTHING
        case Withdrawn():
            return Outcome.WITHDRAWN


def _is_caption(shown: str, title: str) -> bool:
    shown, title = shown.casefold(), title.casefold()
    return shown == title or (shown.endswith("…") and title.startswith(shown[:-1]))


@lru_cache(maxsize=_LINES_KEPT)
def line_of(record: Record) -> CaseLine:
    """What a list shows of a record; the last few thousand are kept."""
    case = record.case()
    ruling = case.leading_ruling
    return CaseLine(
        id=record.id,
        title=case.title,
        jurisdiction=case.jurisdiction,
        court=ruling.court if ruling else None,
        decided_on=ruling.decided_on if ruling else None,
        filed_on=case.filed_on,
        result=ruling.result if ruling else None,
    )
