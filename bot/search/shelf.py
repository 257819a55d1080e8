"""The records of one scope: the public catalogue, or one server's own cases."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from bot.search.candidates import CANDIDATES, Postings, pieces_of_record
from bot.search.document import Document, Source
from bot.search.keys import KeyList
from bot.search.lexicon import Lexicon
from bot.search.prose import ProsePostings, share_by_document
from bot.search.query import Query

_COMPLETIONS = 25
"""How many records whose keys start as the query does are compared."""
_KEYS_LOOKED_AT = 128


class Shelf:
    """Documents in numbered slots, with what finds them.

    A small shelf, as nearly every server's is, has no postings: all its documents are compared.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._documents: list[Document | None] = []
        self._free: list[int] = []
        self._slots: dict[str, int] = {}
        # Not of itself: in a circle, the shelf of a replaced index would never be freed.
        self._keys = KeyList(partial(_precedence, self._documents))
        self._citing: Counter[str] = Counter()
        self._postings: Postings | None = None
        self._prose: ProsePostings | None = None

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[Document]:
        return (document for document in self._documents if document)

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._slots

    def add(self, document: Document) -> None:
        """Put a document whose id is not on the shelf."""
        slot = self._free.pop() if self._free else len(self._documents)
        self._documents[slot : slot + 1] = [document]
        self._slots[document.id] = slot
        for key in document.keys:
            self._keys.add(key, slot)
        self._citing.update(document.related)
        if self._postings is not None:
            self._post(document)
        elif len(self) > CANDIDATES:
            self._postings, self._prose = Postings(), ProsePostings()
            for each in self:
                self._post(each)

    def remove(self, case_id: str) -> Document:
        """Take a document out and return it.

        Raises:
            KeyError: if no document has the id.
        """
        slot = self._slots[case_id]
        document = self._at(slot)
        for key in document.keys:
            self._keys.remove(key, slot)
        self._citing.subtract(document.related)
        if self._postings is not None and self._prose is not None:
            self._postings.remove(slot, self._pieces(document))
            self._prose.remove(slot, memoryview(document.stems).cast("i"))
        del self._slots[case_id]
        self._documents[slot] = None
        self._free.append(slot)
        return document

    def citing(self, document: Document) -> int:
        """How many other documents of the shelf name this one as related."""
        return self._citing[document.slug]

    def first(self, limit: int) -> list[Document]:
        """At least the documents that come first by precedence, in no order."""
        if self._postings is None:
            return list(self)
        return [self._at(slot) for slot in self._postings.first(limit)]

    def candidates(self, query: Query) -> list[Document]:
        """The documents worth comparing with the query, in no order."""
        if self._postings is None or len(self) <= CANDIDATES:
            return list(self)
        slots = self._postings.best(query.words, self._lexicon.rarity)
        return [self._at(slot) for slot in slots]

    def count(self, query: Query) -> int:
        """How many documents have every word of the query; 0 on a shelf that compares them all."""
        if self._postings is None or len(self) <= CANDIDATES:
            return 0
        return self._postings.count(query.words)

    def completions(self, query: Query) -> dict[Document, float]:
        """Documents with a key that starts as the query does → the largest share typed, to 1."""
        found = self._begun(query.typed) or self._begun(query.squeezed)

        def place(document: Document) -> tuple[bool, float, int]:
            titled = document.is_titled(query.squeezed)
            return not titled, -found[document], document.precedence

        return {document: found[document] for document in sorted(found, key=place)[:_COMPLETIONS]}

    def _begun(self, start: str) -> dict[Document, float]:
        shares: dict[int, float] = {}
        for key, slot in islice(self._keys.starting_with(start), _KEYS_LOOKED_AT):
            shares[slot] = max(len(start) / len(key), shares.get(slot, 0.0))
        return {self._at(slot): share for slot, share in shares.items()}

    def prose_shares(self, stems: Mapping[int, float]) -> dict[Document, float]:
        """Documents whose text has most of these stems → the share by the stems' weights.

        Args:
            stems: number of each stem → its weight.
        """
        if self._prose is None or len(self) <= CANDIDATES:
            return share_by_document(stems, self)
        shares = self._prose.shares(stems, len(self._documents))
        return {self._at(slot): share for slot, share in shares.items()}

    def _at(self, slot: int) -> Document:
        return _at(self._documents, slot)

    def _post(self, document: Document) -> None:
        if self._postings is not None and self._prose is not None:
            slot = self._slots[document.id]
            self._postings.add(slot, self._pieces(document), document.precedence)
            self._prose.add(slot, memoryview(document.stems).cast("i"))

    def _pieces(self, document: Document) -> set[str]:
        return pieces_of_record(
            (self._lexicon.word(code >> 2), Source(code & 3))
            for code in memoryview(document.words).cast("i")
        )


def _at(documents: Sequence[Document | None], slot: int) -> Document:
    document = documents[slot]
    assert document is not None, "a slot in use has a document"  # noqa: S101
    return document


def _precedence(documents: Sequence[Document | None], slot: int) -> int:
    return _at(documents, slot).precedence
