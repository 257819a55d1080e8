"""An entry, folded once and kept in a form that is quick to compare."""

import hashlib
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from bot.search.entry import Entry
from bot.search.folding import fold, romanised, squeeze, words_of
from bot.search.lexicon import Lexicon
from bot.search.stems import stems_of

_SEPARATOR = re.compile(r"\s*[/;,&|]\s*|\s+and\s+")
_SHORTEST_PART = 5
"""Shorter parts of a list of numbers, such as the year in `14139/24`, mean nothing alone."""
_COURT_OFFICE = re.compile(r"^\s*\d{1,2}:")

_NEWEST = (1 << 22) - 1
_TIE_BITS = 40


class Source(IntEnum):
    """Where a record has a word from, in the order of what that is worth."""

    NAME = 0
    KEY = 1
    CONTEXT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A case in the index."""

    id: str
    slug: str
    words: "array[int]"
    """Each word's number times four, plus its best `Source`."""
    names: tuple[str, ...]
    """Squeezed names in every script; the caption's comes first."""
    numbers: tuple[str, ...]
    """Squeezed docket numbers and citations."""
    stems: "array[int]"
    """The numbers of the stems of every word, summary and holdings included, in order."""
    precedence: int
    """Lower comes first: landmarks, then the latest ruled, then in a fixed arbitrary order."""
    landmark: bool
    related: tuple[str, ...]

    def counted(self) -> Iterator[int]:
        """The numbers of its words and stems, each once."""
        yield from (code >> 2 for code in self.words)
        yield from self.stems


def document_of(entry: Entry, lexicon: Lexicon) -> Document:
    """Fold an entry; new words are given numbers."""
    sources: dict[str, Source] = {}
    names: dict[str, None] = {}
    numbers: dict[str, None] = {}
    for text in map(fold, entry.names):
        for form in filter(None, (text, romanised(text))):
            names[squeeze(form)] = None
            _note(sources, words_of(form), Source.NAME)
    for text in map(fold, entry.keys):
        _note(sources, words_of(text), Source.KEY)
        for part in (text, *_SEPARATOR.split(text)):
            for form in (squeeze(part), squeeze(_COURT_OFFICE.sub("", part))):
                if part == text or len(form) >= _SHORTEST_PART:
                    numbers[form] = None
    for text in map(fold, entry.context):
        _note(sources, [*words_of(text), *words_of(romanised(text))], Source.CONTEXT)
    stems = stems_of(sources) | {s for text in entry.text for s in stems_of(words_of(fold(text)))}
    return Document(
        id=entry.id,
        slug=entry.slug,
        words=array("i", [lexicon.number(w) * 4 + source for w, source in sources.items()]),
        names=tuple(name for name in names if name),
        numbers=tuple(number for number in numbers if number and number not in names),
        stems=array("i", sorted(map(lexicon.number, sorted(stems)))) if entry.text else array("i"),
        precedence=_precedence(entry),
        landmark=entry.landmark,
        related=tuple(sorted(set(entry.related) - {entry.slug})),
    )


def _note(sources: dict[str, Source], words: Iterable[str], source: Source) -> None:
    for word in words:
        sources.setdefault(word, source)


def _precedence(entry: Entry) -> int:
    age = _NEWEST - entry.latest
    digest = hashlib.blake2b(entry.id.encode(), digest_size=_TIE_BITS // 8).digest()
    order = (0 if entry.landmark else 1) << 22 | age
    return order << _TIE_BITS | int.from_bytes(digest)
