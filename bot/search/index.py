"""The index: every case in memory, kept current in place, asked on the event loop."""

from collections.abc import Collection
from itertools import chain

from bot.domain.records import PUBLIC
from bot.search.document import Document, document_of
from bot.search.entry import Entry
from bot.search.lexicon import Lexicon
from bot.search.query import Query, read_query
from bot.search.ranking import NEAREST, Scored, arrange, score
from bot.search.shelf import Shelf
from bot.search.stems import stems_of
from bot.search.verdict import MAYBE, Hit, NotFound, Verdict, hits_of, judge

_PROSE = NEAREST
"""What a text that has every word of a query scores: no more than a name that is barely near."""


class CaseIndex:
    """Finds cases by what people type.

    The answers depend on the records alone, never on the order in which they came, and a reader
    of one scope gets the answers of an index that has only that scope and the public records.
    A search takes half a millisecond to one. Use an index from one thread at a time.
    """

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._public = Shelf(self._lexicon)
        self._servers: dict[int, Shelf] = {}
        self._server_of: dict[str, int] = {}

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
        return list(hits_of(self._ranked(read_query(query), scope, hidden), limit))

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
        ranked = self._ranked(read, scope, hidden, brief=True)
        return judge(ranked, lambda: sum(shelf.count(read) for shelf in shelves))

    def _shelves(self, scope: int) -> list[Shelf]:
        own = self._servers.get(scope)
        return [self._public] if own is None else [self._public, own]

    def _ranked(
        self, query: Query, scope: int, hidden: Collection[str], *, brief: bool = False
    ) -> list[Scored]:
        """What was compared with a query, in its final order.

        `brief` leaves out what no verdict rests on: whatever stands beside a whole key, and what
        is no maybe beside what is one.
        """
        if not query.words:
            return []
        shelves = self._shelves(scope)
        typed: dict[Document, float] = {}
        shelf_of: dict[Document, Shelf] = {}
        for shelf in shelves:
            completed = shelf.completions(query)
            typed |= completed
            shelf_of |= dict.fromkeys(completed, shelf)

        def is_seen(document: Document) -> bool:
            return bool(document.words) and document.id not in hidden

        documents = [each for each in typed if typed[each] == 1 and is_seen(each)] if brief else []
        if not documents:
            for shelf in shelves:
                shelf_of |= dict.fromkeys(shelf.candidates(query), shelf)
            documents = [each for each in shelf_of if is_seen(each)]
        least = MAYBE if brief else NEAREST
        scored = score(query, documents, typed, self._lexicon, least)
        if max((each.score for each in scored), default=0.0) < MAYBE:
            told = self._with_prose(query, shelves, scored)
            scored = [each for each in told if each.document.id not in hidden]

        def citing(document: Document) -> int:
            shelf = shelf_of.get(document)
            return 0 if shelf is None else shelf.citing(document)

        return arrange(scored, citing)

    def _with_prose(self, query: Query, shelves: list[Shelf], scored: list[Scored]) -> list[Scored]:
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
