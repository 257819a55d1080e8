"""An entry, folded once and kept in a form that is quick to compare."""

import hashlib
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.search.entry import Entry
from bot.search.folding import fold, romanised, squeeze, squeeze_with_zeros, words_of
from bot.search.lexicon import Lexicon
from bot.search.query import FILLER
from bot.search.stems import stems_of

_SEPARATOR = re.compile(r"\s*[/;,&|]\s*|\s+and\s+")
_SHORTEST_PART = 5
"""Shorter parts of a list of numbers, such as the year in `14139/24`, mean nothing alone."""
_COURT_OFFICE = re.compile(r"^\s*\d{1,2}:")

_OTHER_SCRIPT = "?"
_NEWEST = (1 << 22) - 1
_TIE_BITS = 40


class Source(IntEnum):
    """Where a record has a word from, in the order of what that is worth."""

    NAME = 0
    KEY = 1
    CONTEXT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A case in the index. There are many: what is empty in most of them is shared."""

    id: str
    slug: str
    words: bytes
    """Each word's number times four plus its best `Source`, as native 32-bit integers."""
    keys: tuple[str, ...]
    """Squeezed, what finds the case when it is typed from the start, each once: captions and
    aliases in every script, the caption's first, then docket numbers and citations."""
    named: int
    """How many of the keys are names."""
    mentions: tuple[str, ...]
    """Squeezed parties and works."""
    initials: bytes
    """The first letters of the words of its names and mentions, one after the other; what
    abbreviations leave out has none."""
    stems: bytes
    """The numbers of the stems of every word, summary and holdings included, in order; empty if
    the case came without a text."""
    precedence: int
    """Lower comes first: landmarks, then the latest ruled, then in a fixed arbitrary order."""
    landmark: bool
    related: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Whatever the whole query may resemble: what the case is called, parties and works."""
        return (*self.keys[: self.named], *self.mentions)

    def is_titled(self, start: str) -> bool:
        """Whether the caption starts so; both squeezed."""
        return self.named > 0 and self.keys[0].startswith(start)

    def word_codes(self) -> Sequence[int]:
        """The numbers of `words`."""
        return memoryview(self.words).cast("i")

    def stem_numbers(self) -> Sequence[int]:
        """The numbers of `stems`."""
        return memoryview(self.stems).cast("i")

    def counted(self) -> Iterator[int]:
        """The numbers of its words and stems, each once."""
        yield from (code >> 2 for code in self.word_codes())
        yield from self.stem_numbers()


def document_of(entry: Entry, lexicon: Lexicon) -> Document:
    """Fold an entry; new words are given numbers."""
    sources: dict[str, Source] = {}
    names = _distinct(squeeze(form) for form in _forms(entry.names))
    numbers = [squeeze_with_zeros(fold(text)) for text in entry.names]
    for form in _forms((*entry.names, *entry.mentions)):
        _note(sources, words_of(form), Source.NAME)
    for text in map(fold, entry.keys):
        numbers += _forms_of_number(text)
        _note(sources, words_of(text), Source.KEY)
    for text in map(fold, entry.context):
        _note(sources, [*words_of(text), *words_of(romanised(text))], Source.CONTEXT)
    return Document(
        id=entry.id,
        slug=entry.slug,
        words=_packed(lexicon.number(word) * 4 + source for word, source in sources.items()),
        keys=_distinct((*names, *numbers)),
        named=len(names),
        mentions=_distinct(squeeze(form) for form in _forms(entry.mentions)),
        initials=_initials(word for word, source in sources.items() if source is Source.NAME),
        stems=_packed(_stems(entry, sources, lexicon)) if entry.text else b"",
        precedence=_precedence(entry),
        landmark=entry.landmark,
        related=tuple(sorted(set(entry.related) - {entry.slug})),
    )


def _forms(texts: Iterable[str]) -> Iterator[str]:
    """Each text folded, and romanised where it is of another script."""
    for text in map(fold, texts):
        yield text
        if latin := romanised(text):
            yield latin


def _forms_of_number(text: str) -> Iterator[str]:
    for part in (text, *_SEPARATOR.split(text)):
        for form in (part, _COURT_OFFICE.sub("", part)):
            squeezed = squeeze(form)
            if part == text or len(squeezed) >= _SHORTEST_PART:
                yield squeezed
                yield squeeze_with_zeros(form)


def _stems(entry: Entry, words: Iterable[str], lexicon: Lexicon) -> list[int]:
    stems = stems_of(words)
    for text in entry.text:
        stems |= stems_of(words_of(fold(text)))
    return sorted(lexicon.number(stem) for stem in sorted(stems))


def _initials(words: Iterable[str]) -> bytes:
    letters = (word[0] for word in words if word not in FILLER)
    return "".join(letter if letter.isascii() else _OTHER_SCRIPT for letter in letters).encode()


def _packed(numbers: Iterable[int]) -> bytes:
    return array("i", numbers).tobytes()


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _note(sources: dict[str, Source], words: Iterable[str], source: Source) -> None:
    for word in words:
        sources.setdefault(word, source)


def _precedence(entry: Entry) -> int:
    age = _NEWEST - entry.latest
    digest = hashlib.blake2b(entry.id.encode(), digest_size=_TIE_BITS // 8).digest()
    order = (0 if entry.landmark else 1) << 22 | age
    return order << _TIE_BITS | int.from_bytes(digest)
