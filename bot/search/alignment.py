"""How much of a query the records of a shelf account for, word by word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from bot.search.document import Document, Source
from bot.search.lexicon import Lexicon
from bot.search.numbers import common
from bot.search.query import FILLER
from bot.search.vocabulary import Alike, Vocabulary

CANDIDATES = 40
"""How many records of a shelf are scored."""

_WORTH = ((Source.NAME, 1.0), (Source.KEY, 0.95), (Source.CONTEXT, 0.9))
"""What a word is worth by where the record has it from."""
_TYPED = 0.97
"""The likeness of the last word where it is there as far as it is typed."""
_SHORTEST_INITIALS, _LONGEST_INITIALS = 3, 6
_SHORTEST_JOINED, _NOT_JOINED = 8, 0.8
"""A word of this length that no record has anything so like may be several without a space."""

_FILLER_WEIGHT = 0.05
_LIKELY = 0.6
"""From this likeness on, an unknown word weighs what the word weighs that it stands for."""

_HINT = 0.7
"""What a record is worth looking at that has a part of a word; its score does not grow."""
_CUT = 0.35
"""Records below this share of the best one's are not looked at."""
_SURE, _CUT_IF_SURE = 0.95, 0.8
"""The second is that share where the best one accounts for the first share of the query."""
_LATE = 0.6
"""Words that weigh less than this share of a query bring no more records where there are enough."""
_LONG = 1_000
"""A longer list of records is not gone through but looked into."""
_BROUGHT = 100
"""How many records a list brings of a word that many have."""
_LOOKED_AT = 2_500
"""How many records are looked at to count those that fit."""
_MOST = 2_000
"""How many entries of short lists are gone through for a word."""


class Match(NamedTuple):
    """The best that a record has for one word of a query."""

    share: float
    """What it is worth where it stands, 0 to 1."""
    likeness: float
    """The same, wherever it stands."""
    begun: bool
    """Whether the record has the word as it was typed so far."""

    @property
    def is_typed(self) -> bool:
        """Whether it is the word, or the last one as far as it is typed."""
        return self.likeness >= _TYPED


_NONE = Match(0.0, 0.0, begun=False)
_LETTER = Match(0.7, 0.7, begun=True)
"""A single letter that begins a word of a name."""
_LETTERS = Match(0.9, 0.9, begun=False)
"""An unknown word that the first letters of a name's words spell: `cbt` for a bank and trust."""


class Alignment(NamedTuple):
    """What a record accounts for."""

    share: float
    """The weighted share of the query's words, 0 to 1, by what each is worth where it stands."""
    coverage: float
    """The same, wherever the words stand."""
    spelt: bool
    """Whether a word that is more than filler stands in the record as it was typed so far."""


_Found = tuple[Match, Sequence[Sequence[int]]]
"""A match, and for each word that is as good the records that have it, in order."""


class Reading:
    """What the words of a query find among the records of one shelf.

    A record is known by its precedence, as in all lists of the shelf.

    Args:
        words: the query's.
        lexicon: what words are known.
        vocabulary: the shelf's words, and who has them.
    """

    def __init__(
        self,
        words: Sequence[str],
        lexicon: Lexicon,
        vocabulary: Vocabulary,
    ) -> None:
        last = len(words) - 1
        self.alike = [vocabulary.alike(word, last=n == last) for n, word in enumerate(words)]
        """For each word what it may stand for here, in no order."""
        self._words = words
        self._matches = [_Matches(each, vocabulary) for each in self.alike]
        self._content = [n for n, word in enumerate(words) if word not in FILLER]
        self._initials = {n for n, w in enumerate(words) if _may_be_initials(w, lexicon)}
        self._hints = {
            n: _hints(words[n], vocabulary)
            for n in self._content
            if len(words[n]) >= _SHORTEST_JOINED and self.likest(n) < _NOT_JOINED
        }

    def likest(self, place: int) -> float:
        """The greatest likeness of what the word in a place may stand for; 0 if there is none."""
        return max((each.likeness for each in self.alike[place]), default=0.0)

    def best(self, weights: Sequence[float], *, brief: bool) -> list[int]:
        """The records that account for most of the query, in no order.

        Args:
            weights: what each word weighs.
            brief: whether those are wanted only that may stand beside the best one.
        """
        scores = self._scores(weights)
        if len(scores) <= 1:
            return list(scores)
        top = max(scores.values())
        is_sure = brief and top >= _SURE * sum(weights)
        least = top * (_CUT_IF_SURE if is_sure else _CUT)
        found = {record: score for record, score in scores.items() if score > least}
        return _first(found) if len(found) > CANDIDATES else list(found)

    def _scores(self, weights: Sequence[float]) -> dict[int, float]:
        """Records → the weight of the query's words that each accounts for."""
        scores: dict[int, float] = {}
        total = rest = sum(weights)
        for place in sorted(self._content, key=lambda place: (self._matches[place].size, place)):
            matches, weight = self._matches[place], weights[place]
            # What no earlier word has brought has no more than the rest to show.
            enough = _CUT * max(scores.values(), default=0.0)
            if len(scores) >= CANDIDATES:
                enough = max(enough, _LATE * total)
            if rest > enough:
                scores = dict.fromkeys(matches.first(), 0.0) | scores
            for record, match in matches.among(scores).items():
                scores[record] += weight * match.share
            rest -= weight
        for place, hints in self._hints.items():
            for record, share in hints.items():
                scores[record] = scores.get(record, 0.0) + _HINT * weights[place] * share
        return scores

    def align(self, documents: Sequence[Document], weights: Sequence[float]) -> list[Alignment]:
        """Compare some documents of the shelf, in their order.

        Args:
            documents: what is compared.
            weights: what each word of the query weighs; not all of them 0.
        """
        places = {document.precedence: at for at, document in enumerate(documents)}
        shares, covers = [0.0] * len(documents), [0.0] * len(documents)
        spelt = [False] * len(documents)
        total = sum(weights)
        for number, (matches, weight) in enumerate(zip(self._matches, weights, strict=True)):
            is_content = number in self._content
            found = matches.among(places)
            if number in self._initials:
                self._spell_out(number, documents, found)
            for record, (share, likeness, begun) in found.items():
                at = places[record]
                shares[at] += weight * share / total
                covers[at] += weight * likeness / total
                spelt[at] = spelt[at] or (begun and is_content)
        return [*map(Alignment, shares, covers, spelt)]

    def count(self, most: int) -> int:
        """How many records have every word of the query, the last one as far as it is typed.

        The query has to have a word that is not filler. Of a word that many records have only the
        first two thousand and a half are looked at.

        Args:
            most: where to stop.
        """
        rarest, *others = sorted((self._matches[n] for n in self._content), key=_by_size)
        having = islice(rarest.typed(), _LOOKED_AT)
        found = 0
        while found < most and (records := set(islice(having, most))):
            for matches in others:
                records = matches.typed_among(records)
            found += len(records)
        return min(found, most)

    def _spell_out(
        self, number: int, documents: Sequence[Document], found: dict[int, Match]
    ) -> None:
        """Note where the letters of a word are those that the words of names begin with."""
        letters = self._words[number].encode()
        match = _LETTER if len(letters) == 1 else _LETTERS
        for document in documents:
            if letters in document.initials:
                found[document.precedence] = max(match, found.get(document.precedence, _NONE))


class _Matches:
    """Which records have one word of a query, or one that it may stand for, and how well.

    Attributes:
        size: how many entries the lists have in all.
    """

    def __init__(self, alike: Iterable[Alike], vocabulary: Vocabulary) -> None:
        found = [
            (Match(likeness * worth, likeness, begun), lists)
            for likeness, begun, numbers in alike
            for source, worth in _WORTH
            if (lists := vocabulary.records(numbers, source))
        ]
        self.size = sum(len(having) for _, lists in found for having in lists)
        found.sort(key=_by_match, reverse=True)
        self._long = [(m, having) for m, lists in found for having in lists if len(having) > _LONG]
        self._short: dict[int, Match] = {}
        for match, records in _likeliest(found):
            self._short.update(dict.fromkeys(records, match))

    def first(self) -> Iterable[int]:
        """Records that have it; where many do, those that come first by precedence."""
        if not self._long:
            return self._short
        lists = (sorted(self._short), *(having for _, having in self._long))
        return chain.from_iterable(islice(having, _BROUGHT) for having in lists)

    def among(self, records: Mapping[int, object]) -> dict[int, Match]:
        """The best that each of some records has; those that have none are left out."""
        short = self._short
        if len(short) < len(records):
            found = {record: match for record, match in short.items() if record in records}
        else:
            found = {record: short[record] for record in records if record in short}
        rest = set(records) if self._long else set[int]()
        for match, having in self._long:
            hits = common(rest, having)
            found |= {record: match for record in hits if match > found.get(record, _NONE)}
            rest.difference_update(hits)
        return found

    def typed(self) -> Iterator[int]:
        """The records that have it as it was typed so far, each once."""
        seen: set[int] = set()
        short = (record for record, match in self._short.items() if match.is_typed)
        long = (having for match, having in self._long if match.is_typed)
        for record in chain(short, *long):
            if record not in seen:
                seen.add(record)
                yield record

    def typed_among(self, records: Iterable[int]) -> set[int]:
        """Those of some records that have it as it was typed so far."""
        rest = set(records)
        found = {r for r in rest & self._short.keys() if self._short[r].is_typed}
        for match, having in self._long:
            if match.is_typed:
                found.update(common(rest - found, having))
        return found


def weigh(words: Sequence[str], readings: Sequence[Reading], lexicon: Lexicon) -> list[float]:
    """What each word of a query weighs: the rarer, the more; an unknown one as its likeliest.

    Args:
        words: the query's.
        readings: what they find on each shelf.
        lexicon: how many records have a word.
    """
    weights: list[float] = []
    for place, word in enumerate(words):
        if word in FILLER:
            weights.append(_FILLER_WEIGHT)
        elif lexicon.is_known(word):
            weights.append(lexicon.rarity(lexicon.records_with(lexicon.number(word))))
        else:
            top = max(reading.likest(place) for reading in readings)
            alike = (each for reading in readings for each in reading.alike[place])
            equal = (number for each in alike if each.likeness == top for number in each.numbers)
            counts = [*map(lexicon.records_with, equal)]
            weights.append(lexicon.rarity(max(counts) if top > _LIKELY else 1))
    return weights


def _likeliest(found: Iterable[_Found]) -> Iterable[tuple[Match, list[int]]]:
    """Of the short lists, the best first, as many as there is room for; the best last.

    All that match alike are taken or none.
    """
    taken: list[tuple[Match, list[int]]] = []
    room = _MOST
    for match, lists in found:
        records = [*chain.from_iterable(having for having in lists if len(having) <= _LONG)]
        room -= len(records)
        if room < 0 and taken:
            break
        taken.append((match, records))
    return reversed(taken)


def _hints(word: str, vocabulary: Vocabulary) -> dict[int, float]:
    """The records that have parts of a word → the share of its letters."""
    shares: dict[int, float] = {}
    for number, share in vocabulary.parts(word):
        lists = chain.from_iterable(vocabulary.records((number,), source) for source in Source)
        for record in chain.from_iterable(having for having in lists if len(having) <= _LONG):
            shares[record] = shares.get(record, 0.0) + share
    return shares


def _first(scores: Mapping[int, float]) -> list[int]:
    """The best by score; where the cut falls between equals, by precedence."""
    last = sorted(scores.values(), reverse=True)[CANDIDATES - 1]
    better = [record for record, score in scores.items() if score > last]
    equal = [record for record, score in scores.items() if score == last]
    return better + sorted(equal)[: CANDIDATES - len(better)]


def _may_be_initials(word: str, lexicon: Lexicon) -> bool:
    short = len(word) == 1 or _SHORTEST_INITIALS <= len(word) <= _LONGEST_INITIALS
    return short and word.isascii() and word.isalpha() and not lexicon.is_known(word)


def _by_match(found: _Found) -> Match:
    return found[0]


def _by_size(matches: _Matches) -> int:
    return matches.size
