"""The records of one scope: the public catalogue, or one server's own cases."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bot.search.alignment import Reading
from bot.search.document import Document
from bot.search.keys import KeyList
from bot.search.lexicon import Lexicon
from bot.search.prose import ProsePostings
from bot.search.query import Query
from bot.search.vocabulary import Vocabulary

_COMPLETIONS = 25
"""How many records whose keys start as the query does are compared."""
_KEYS_LOOKED_AT = 128
_SMALL = 40
"""Lists for so many documents are made in some milliseconds."""


class Shelf:
    """Documents with what finds them. All lists know a document by its precedence.

    The lists of words take several times the room of a document. A small shelf, as nearly every
    server's is, has them only while it is searched: they are made when they are asked for, which
    takes some milliseconds, and `tidy` takes them away.

    Args:
        lexicon: the numbers of words.
        always_ready: make the lists with every document that comes.
    """

    def __init__(self, lexicon: Lexicon, *, always_ready: bool = False) -> None:
        self._lexicon = lexicon
        self._records = array("q")
        self._documents: list[Document] = []
        self._record_of: dict[str, int] = {}
        self._keys = KeyList()
        self._citing: Counter[str] = Counter()
        self._lists = _Lists(lexicon) if always_ready else None

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._record_of

    def add(self, document: Document) -> None:
        """Put a document whose id is not on the shelf."""
        place = bisect_left(self._records, document.precedence)
        while self._records[place : place + 1] == array("q", (document.precedence,)):
            document = replace(document, precedence=document.precedence + 1)  # of two in 2^40
            place += 1
        record = document.precedence
        self._records.insert(place, record)
        self._documents.insert(place, document)
        self._record_of[document.id] = record
        for key in document.keys:
            self._keys.add(key, record)
        self._citing.update(document.related)
        if self._lists is not None:
            self._lists.add(document)
        elif len(self) > _SMALL:
            self._ready()

    def remove(self, case_id: str) -> Document:
        """Take a document out and return it.

        Raises:
            KeyError: if no document has the id.
        """
        record = self._record_of.pop(case_id)
        place = bisect_left(self._records, record)
        document = self._documents.pop(place)
        del self._records[place]
        for key in document.keys:
            self._keys.remove(key, record)
        self._citing.subtract(document.related)
        if self._lists is not None:
            self._lists.remove(document)
        return document

    def tidy(self) -> None:
        """Take away what a small shelf can make again."""
        if len(self) <= _SMALL:
            self._lists = None

    def shown(self, records: Iterable[int], hidden: Collection[str]) -> list[Document]:
        """The documents of some records, in their order, without those that are hidden.

        Args:
            records: precedences of documents of the shelf.
            hidden: ids that are passed over.
        """
        documents = map(self._at, records)
        return [each for each in documents if each.words and each.id not in hidden]

    def citing(self, document: Document) -> int:
        """How many other documents of the shelf name this one as related."""
        return self._citing[document.slug]

    def first(self, limit: int) -> list[Document]:
        """The documents that come first by precedence, in its order."""
        return self._documents[:limit]

    def read(self, words: Sequence[str]) -> Reading:
        """What the words of a query find here."""
        return Reading(words, self._lexicon, self._ready().vocabulary)

    def completions(self, query: Query, hidden: Collection[str]) -> dict[int, float]:
        """Records with a key that starts as the query does → the largest share typed, to 1.

        Args:
            query: what is typed.
            hidden: ids that are passed over.
        """
        found = self._begun(query.typed) or self._begun(query.squeezed)
        if hidden:
            seen = self.shown(found, hidden)
            found = {document.precedence: found[document.precedence] for document in seen}
        if len(found) <= _COMPLETIONS:
            return found

        def place(record: int) -> tuple[bool, float, int]:
            return not self._at(record).is_titled(query.squeezed), -found[record], record

        return {record: found[record] for record in sorted(found, key=place)[:_COMPLETIONS]}

    def _begun(self, start: str) -> dict[int, float]:
        shares: dict[int, float] = {}
        for key, record in islice(self._keys.starting_with(start), _KEYS_LOOKED_AT):
            shares[record] = max(len(start) / len(key), shares.get(record, 0.0))
        return shares

    def prose_shares(self, stems: Mapping[int, float]) -> dict[Document, float]:
        """Documents whose text has most of some stems → the share by the stems' weights.

        Args:
            stems: number of each stem → its weight.
        """
        return {
            self._at(record): share for record, share in self._ready().prose.shares(stems).items()
        }

    def _ready(self) -> "_Lists":
        if self._lists is None:
            self._lists = _Lists(self._lexicon)
            for document in self._documents:
                self._lists.add(document)
        return self._lists

    def _at(self, record: int) -> Document:
        return self._documents[bisect_left(self._records, record)]


class _Lists:
    """Which documents have which words, in their names and in their texts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.vocabulary = Vocabulary(lexicon)
        self.prose = ProsePostings("q")

    def add(self, document: Document) -> None:
        self.vocabulary.add(document.precedence, document.word_codes())
        self.prose.add(document.precedence, document.stem_numbers())

    def remove(self, document: Document) -> None:
        self.vocabulary.remove(document.precedence, document.word_codes())
        self.prose.remove(document.precedence, document.stem_numbers())
