"""The index: every case in memory, kept current in place, asked on the event loop."""

from collections.abc import Collection, Sequence
from functools import partial
from itertools import chain

from bot.domain.records import PUBLIC
from bot.search.alignment import Reading, weigh
from bot.search.document import Document, document_of
from bot.search.entry import Entry
from bot.search.lexicon import Lexicon
from bot.search.query import Query, read_query
from bot.search.ranking import NEAREST, Candidate, Scored, arrange, score
from bot.search.shelf import Shelf
from bot.search.stems import stems_of
from bot.search.verdict import MAYBE, MOST_COUNTED, Hit, NotFound, Verdict, hits_of, judge

_PROSE = NEAREST
"""What a text that has every word of a query scores: no more than a name that is barely near."""

_READY = 32
"""How many servers' own cases are ready to be searched at a time."""


class CaseIndex:
    """Finds cases by what people type.

    The answers depend on the records alone, never on the order in which they came, and a reader
    of one scope gets the answers of an index that has only that scope and the public records.
    Use an index from one thread at a time.
    """

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._public = Shelf(self._lexicon, always_ready=True)
        self._servers: dict[int, Shelf] = {}
        self._server_of: dict[str, int] = {}
        self._searched: dict[int, Shelf] = {}  # the last one is the latest

    def __len__(self) -> int:
        return len(self._public) + len(self._server_of)

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._public or case_id in self._server_of

    def put(self, entry: Entry) -> None:
        """Add a case, or put it in the place of the one with the same id."""
        if entry.id in self:
            self.remove(entry.id)
        document = document_of(entry, self._lexicon)
        if entry.scope == PUBLIC:
            self._lexicon.count(document.counted(), 1)
            self._public.add(document)
        else:
            self._server_of[entry.id] = entry.scope
            self._servers.setdefault(entry.scope, Shelf(self._lexicon)).add(document)

    def remove(self, case_id: str) -> None:
        """Take a case out.

        Raises:
            KeyError: if no case has the id.
        """
        if case_id in self._public:
            self._lexicon.count(self._public.remove(case_id).counted(), -1)
            return
        scope = self._server_of.pop(case_id)
        shelf = self._servers[scope]
        shelf.remove(case_id)
        if not len(shelf):
            del self._servers[scope]
            self._searched.pop(scope, None)

    def search(
        self,
        query: str,
        *,
        scope: int = PUBLIC,
        limit: int = 25,
        hidden: Collection[str] = (),
    ) -> list[Hit]:
        """The cases that fit a query, best first, in the order that every list shows them.

        Args:
            query: anything that can be typed.
            scope: whose cases are searched beside the public ones.
            limit: how many hits at most.
            hidden: the ids of cases that are passed over, as if they were not there.
        """
        read = read_query(query)
        if not read.words:
            return []
        shelves = self._shelves(scope)
        readings = [shelf.read(read.words) for shelf in shelves]
        return list(hits_of(self._ranked(read, shelves, readings, hidden), limit))

    def complete(
        self,
        query: str,
        *,
        scope: int = PUBLIC,
        limit: int = 25,
        hidden: Collection[str] = (),
    ) -> list[Hit]:
        """Suggestions for a query that is being typed, its last word unfinished.

        For an empty one: the landmarks, then the most recently decided cases. The arguments are
        those of `search`.
        """
        if query.strip():
            return self.search(query, scope=scope, limit=limit, hidden=hidden)
        wanted = limit + len(hidden)
        first = chain.from_iterable(shelf.first(wanted) for shelf in self._shelves(scope))
        in_order = sorted(first, key=lambda document: (document.precedence, document.id))
        return [Hit(each.id, 1.0) for each in in_order if each.id not in hidden][:limit]

    def ask(self, query: str, *, scope: int = PUBLIC, hidden: Collection[str] = ()) -> Verdict:
        """Which case a query means, or which may be meant; the arguments are those of `search`."""
        read = read_query(query)
        if not read.words:
            return NotFound()
        shelves = self._shelves(scope)
        readings = [shelf.read(read.words) for shelf in shelves]
        ranked = self._ranked(read, shelves, readings, hidden, brief=True)
        return judge(ranked, lambda: sum(each.count(MOST_COUNTED) for each in readings))

    def _shelves(self, scope: int) -> list[Shelf]:
        own = self._servers.get(scope)
        if own is None:
            return [self._public]
        self._searched.pop(scope, None)
        self._searched[scope] = own
        if len(self._searched) > _READY:
            self._searched.pop(next(iter(self._searched))).tidy()
        return [self._public, own]

    def _ranked(
        self,
        query: Query,
        shelves: Sequence[Shelf],
        readings: Sequence[Reading],
        hidden: Collection[str],
        *,
        brief: bool = False,
    ) -> list[Scored]:
        """What was compared with a query, in its final order.

        `brief` leaves out what no verdict rests on: whatever stands beside a whole key, and what
        is no maybe beside what is one.
        """
        typed = [shelf.completions(query, hidden) for shelf in shelves]
        whole = brief and any(1 in shares.values() for shares in typed)
        weights = weigh(query.words, readings, self._lexicon)
        candidates: list[Candidate] = []
        for shelf, reading, shares in zip(shelves, readings, typed, strict=True):
            if whole:
                found = [record for record, share in shares.items() if share == 1]
            else:
                found = [*dict.fromkeys((*shares, *reading.best(weights, brief=brief)))]
            documents = shelf.shown(found, hidden)
            alignments = reading.align(documents, weights)
            candidates += (
                Candidate(document, alignment, shares.get(document.precedence))
                for document, alignment in zip(documents, alignments, strict=True)
            )
        scored = score(query, candidates, self._lexicon, MAYBE if brief else NEAREST)
        if max((each.score for each in scored), default=0.0) < MAYBE:
            told = self._with_prose(query, shelves, scored)
            scored = [each for each in told if each.document.id not in hidden]
        return arrange(scored, partial(_citing, shelves))

    def _with_prose(
        self, query: Query, shelves: Sequence[Shelf], scored: list[Scored]
    ) -> list[Scored]:
        """Add the cases whose text has the words that no name accounts for."""
        weights = {
            number: self._lexicon.rarity(self._lexicon.records_with(number) if number >= 0 else 0)
            for number in self._numbers_of_stems(query)
        }
        if not weights:
            return scored
        by_document = {each.document: each for each in scored}
        for shelf in shelves:
            for document, share in shelf.prose_shares(weights).items():
                known = by_document.get(document) or Scored(document, round(_PROSE * share, 6))
                by_document[document] = known._replace(prose=True)
        return list(by_document.values())

    def _numbers_of_stems(self, query: Query) -> list[int]:
        """The numbers of the stems of its content; negative ones for stems that no record has."""
        stems = sorted(stems_of(query.content))
        found = [self._lexicon.find(stem) for stem in stems]
        return [-n if number is None else number for n, number in enumerate(found, 1)]


def _citing(shelves: Sequence[Shelf], document: Document) -> int:
    """How many other documents of its shelf name a document as related."""
    return next(shelf.citing(document) for shelf in shelves if document.id in shelf)
