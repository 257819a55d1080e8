"""What the catalogue already knows, for whoever fills a form."""

import asyncio
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.case import Case
from bot.domain.courts import Courts
from bot.domain.drafts import Fields
from bot.domain.problems import Problem, advice, error
from bot.domain.records import PUBLIC, Record
from bot.services.catalogue import Catalogue

_LOOKED_AT = 5
_SHORTEST_NUMBER = 6
_ALIKE = 0.8
_NO_NAMES = frozenset({"v", "vs", "versus", "and", "the", "of", "et", "al", "inc", "llc", "ltd"})


class Likeness(StrEnum):
    """By what a draft looks like an existing case."""

    CAPTION = "caption"
    DOCKET_NUMBER = "docket-number"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An existing case that a draft may be about: "Is it this one?"."""

    case_id: str
    title: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class _Known:
    courts: Courts
    alias_owners: Mapping[str, Sequence[tuple[str, str]]]
    """Alias, case-folded → the ids and captions of the cases that have it."""


class Knowledge:
    """Courts, aliases and look-alikes among the cases that a scope's readers see."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[int, tuple[int, _Known]] = {}

    async def courts(self, scope: int) -> Courts:
        """The courts named in the cases that a scope's readers see."""
        return (await self._known(scope)).courts

    async def problems(
        self, fields: Fields, scope: int, case_id: str | None, base: Case | None
    ) -> list[Problem]:
        """What a draft says of other cases that is not so: an error, or an alias to rethink."""
        known = {related.slug for related in base.related} if base else set[str]()
        problems: list[Problem] = []
        for index, related in enumerate(fields.get("related", [])):
            slug = related["slug"]
            if slug == fields.get("slug"):
                place = f"related[{index}].slug"
                problems.append(error(place, "is the case itself", "remove it"))
            elif slug not in known and self._catalogue.by_slug(slug, scope) is None:
                place = f"related[{index}].slug"
                problems.append(error(place, f"{slug} does not exist", "choose another case"))
        owners = (await self._known(scope)).alias_owners
        for index, alias in enumerate(fields.get("aliases", [])):
            others = [title for owner, title in owners.get(_folded(alias), ()) if owner != case_id]
            if others:
                message = f"“{alias}” is also an alias of {', '.join(others[:3])}"
                mend = "make it distinct, or leave it to the better known case"
                problems.append(advice(f"aliases[{index}]", message, mend))
        return problems

    async def lookalikes(self, fields: Fields, scope: int, case_id: str | None) -> list[Lookalike]:
        """Existing cases that share a caption, a docket number or a source with a draft."""
        found: dict[str, Lookalike] = {}
        title = fields.get("title", "")
        for record in self._near(title, scope):
            case = record.case()
            if any(_same_caption(title, name) for name in (case.title, *case.aliases)):
                found[record.id] = Lookalike(record.id, case.title, Likeness.CAPTION)
        for number in _docket_numbers(fields):
            for record in self._near(number, scope):
                case = record.case()
                if any(_same_number(number, r.docket_number or "") for r in case.rulings):
                    found[record.id] = Lookalike(record.id, case.title, Likeness.DOCKET_NUMBER)
        links = [source["url"] for source in fields.get("sources", []) if source.get("url")]
        for record in await asyncio.to_thread(_citing, self._visible(scope), links):
            known = Lookalike(record.id, record.case().title, Likeness.SOURCE)
            found.setdefault(record.id, known)
        found.pop(case_id or "", None)
        return list(found.values())

    def _near(self, query: str, scope: int) -> list[Record]:
        hits = self._catalogue.index.search(query, scope=scope, limit=_LOOKED_AT) if query else []
        records = (self._catalogue.get(hit.id, scope) for hit in hits)
        return [record for record in records if record is not None]

    def _visible(self, scope: int) -> list[Record]:
        own = [] if scope == PUBLIC else self._catalogue.records(scope)
        return [*own, *self._catalogue.records(PUBLIC)]

    async def _known(self, scope: int) -> _Known:
        revision = self._catalogue.revision
        kept = self._kept.get(scope)
        if kept is None or kept[0] != revision:
            known = await asyncio.to_thread(_read, self._visible(scope))
            self._kept = {scope: (revision, known)}  # one scope at a time is enough
            return known
        return kept[1]


def _read(records: Sequence[Record]) -> _Known:
    owners: dict[str, list[tuple[str, str]]] = {}
    cases: list[Case] = []
    for record in records:
        case = record.case()
        cases.append(case)
        for alias in case.aliases:
            owners.setdefault(_folded(alias), []).append((record.id, case.title))
    return _Known(Courts(cases), owners)


def _citing(records: Sequence[Record], links: Iterable[str]) -> list[Record]:
    """The records that have one of these links. The text is searched before it is parsed."""
    written = [json.dumps(link, ensure_ascii=False).encode(errors="replace") for link in links]
    return [record for record in records if any(link in record.document for link in written)]


def _docket_numbers(fields: Fields) -> list[str]:
    numbers = (ruling.get("docket_number") for ruling in fields.get("rulings", []))
    return [number for number in numbers if number]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _same_caption(one: str, other: str) -> bool:
    first, second = _names(one), _names(other)
    shared = len(first & second)
    return bool(shared) and shared >= _ALIKE * max(len(first), len(second))


def _names(caption: str) -> set[str]:
    return set(re.findall(r"\w+", _folded(caption))) - _NO_NAMES


def _same_number(one: str, other: str) -> bool:
    first, second = ("".join(filter(str.isalnum, _folded(number))) for number in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _SHORTEST_NUMBER and longer.endswith(shorter)
