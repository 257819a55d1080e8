"""Two changes of one record, put together field by field.

Both started from the same base. A field that only one side changed takes that side's value. Lists
take the additions and removals of both. Where both changed the same field in different ways there
is a conflict, which somebody has to settle.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic import ValidationError

from bot.domain.case import Case
from bot.domain.problems import InvalidRecordError, place_of, problems_of

Json: TypeAlias = Any
"""A value as JSON knows it."""
Side: TypeAlias = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that both sides changed, each in its own way."""

    place: str
    """The field in our record, such as `rulings[0].holding`."""
    base: Json
    ours: Json
    theirs: Json
    """`None` stands for a value that is absent or was removed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes together."""

    case: Case
    """Where there are conflicts it has the preferred side's value."""
    conflicts: tuple[FieldConflict, ...]


def merge(
    base: Case,
    ours: Case,
    theirs: Case,
    *,
    prefer: Side = "ours",
    choices: Mapping[str, Side] | None = None,
) -> Merged:
    """Put two changes of one record together.

    Args:
        base: what both started from.
        ours: one change.
        theirs: the other.
        prefer: whose value a field gets that both changed.
        choices: the same for single conflicts, by their place. A conflict that is chosen is
            settled, and not among those returned.

    Raises:
        InvalidRecordError: if the two do not fit into one record, such as a list that grows past
            its limit.
    """
    merger = _Merger(prefer, choices or {})
    document = merger.objects(_json(base), _json(ours), _json(theirs), ())
    try:
        case = Case.model_validate_json(json.dumps(document))
    except ValidationError as failure:
        raise InvalidRecordError(problems_of(failure)) from None
    return Merged(case, tuple(merger.conflicts))


def _json(case: Case) -> dict[str, Json]:
    return case.model_dump(mode="json")


_Place: TypeAlias = tuple[int | str, ...]
_Item: TypeAlias = dict[str, Json]
_Key: TypeAlias = Callable[[_Item], Json]

ENTRY_KEYS: Mapping[str, tuple[_Key, ...]] = {
    "parties": (lambda party: party["name"],),
    "remedies": (
        lambda remedy: (remedy["kind"], remedy["currency"]),
        lambda remedy: remedy["kind"],
    ),
    "related": (lambda related: related["slug"],),
    "sources": (lambda source: source["url"], lambda source: source["title"]),
    "rulings": (
        lambda ruling: (ruling["docket_number"], ruling["decided_on"], ruling["court"]),
        lambda ruling: ruling["docket_number"],
        lambda ruling: (ruling["court"], ruling["decided_on"]),
        lambda ruling: ruling["holding"],
        lambda ruling: ruling["court"],
    ),
}
"""Lists of objects → what tells that two entries are the same one, the surest first."""


class _Merger:
    def __init__(self, prefer: Side, choices: Mapping[str, Side]) -> None:
        self._prefer = prefer
        self._choices = choices
        self.conflicts: list[FieldConflict] = []

    def objects(self, base: _Item, ours: _Item, theirs: _Item, place: _Place) -> _Item:
        return {
            name: self._values(base.get(name), ours[name], theirs[name], (*place, name))
            for name in ours
        }

    def _values(self, base: Json, ours: Json, theirs: Json, place: _Place) -> Json:
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        name = place[-1]
        if name == "as_of":
            return max(ours, theirs)  # the later check has seen what the earlier one saw
        if name in ENTRY_KEYS:
            return self._entries(base or [], ours, theirs, place, ENTRY_KEYS[str(name)])
        if isinstance(ours, list):
            return _words(base or [], cast("list[Json]", ours), theirs)
        return self._conflict(base, ours, theirs, place)

    def _conflict(self, base: Json, ours: Json, theirs: Json, place: _Place) -> Json:
        at = place_of(place)
        if at not in self._choices:
            self.conflicts.append(FieldConflict(at, base, ours, theirs))
        return ours if self._choices.get(at, self._prefer) == "ours" else theirs

    def _entries(
        self,
        base: list[_Item],
        ours: list[_Item],
        theirs: list[_Item],
        place: _Place,
        keys: Sequence[_Key],
    ) -> list[_Item]:
        """Entries in our order, with those that only they have at the end."""
        base_of_ours = pair(ours, base, keys)
        base_of_theirs = pair(theirs, base, keys)
        theirs_of_base = {b: t for t, b in base_of_theirs.items()}
        new_theirs = [t for t in range(len(theirs)) if t not in base_of_theirs]
        new_ours = [o for o in range(len(ours)) if o not in base_of_ours]
        # Both may have added the same one: then two fields that differ are a conflict.
        twins = pair([ours[o] for o in new_ours], [theirs[t] for t in new_theirs], keys[:1])
        twin_of = {new_ours[o]: new_theirs[t] for o, t in twins.items()}

        merged: list[_Item | None] = []
        for o, item in enumerate(ours):
            at = (*place, o)
            b = base_of_ours.get(o)
            t = twin_of.get(o) if b is None else theirs_of_base.get(b)
            if b is None:
                merged.append(item if t is None else self.objects({}, item, theirs[t], at))
            elif t is None:
                merged.append(self._removed(base[b], item, None, at))
            else:
                merged.append(self.objects(base[b], item, theirs[t], at))
        kept = set(base_of_ours.values())
        for b, item in enumerate(base):
            t = theirs_of_base.get(b)
            if b not in kept and t is not None:
                merged.append(self._removed(item, None, theirs[t], (*place, len(merged))))
        merged += [theirs[t] for t in new_theirs if t not in twin_of.values()]
        return [item for item in merged if item is not None]

    def _removed(
        self, base: _Item, ours: _Item | None, theirs: _Item | None, place: _Place
    ) -> _Item | None:
        """An entry that one side took out: gone, unless the other side changed it."""
        if base in (ours, theirs):
            return None
        return self._conflict(base, ours, theirs, place)


def _words(base: list[Json], ours: list[Json], theirs: list[Json]) -> list[Json]:
    removed = [word for word in base if word not in theirs]
    added = [word for word in theirs if word not in base and word not in ours]
    return [word for word in ours if word not in removed] + added


def pair(items: Sequence[_Item], others: Sequence[_Item], keys: Sequence[_Key]) -> dict[int, int]:
    """Which of `items` is which of `others`, by index; each at most once.

    Args:
        items: some entries of a list.
        others: some entries of another state of that list.
        keys: those of `ENTRY_KEYS`.
    """
    pairs: dict[int, int] = {}
    for key in (_whole, *keys):
        left = {o for o in range(len(others)) if o not in pairs.values()}
        for index, item in enumerate(items):
            if index not in pairs:
                found = next(_same(key, item, others, left), None)
                if found is not None:
                    pairs[index] = found
                    left.discard(found)
    return pairs


def _same(key: _Key, item: _Item, others: Sequence[_Item], left: set[int]) -> Iterator[int]:
    wanted = key(item)
    return (o for o in sorted(left) if wanted is not None and key(others[o]) == wanted)


def _whole(item: _Item) -> Json:
    return item
