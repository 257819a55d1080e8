"""What a revision changed, field by field, as texts that can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from bot.domain.case import Case
from bot.domain.merge import ENTRY_KEYS, pair
from bot.domain.problems import place_of

_Place: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after."""

    place: str
    """The field, such as `rulings[0].holding`; in the record after, or before if it is gone."""
    before: str | None
    """`None` for what was not there."""
    after: str | None
    """`None` for what is no longer there."""


def differences(before: Case, after: Case) -> list[Difference]:
    """What changed from one state of a record to the next, in the order of its fields.

    Entries of lists that came or went are one difference each, told in one line.
    """
    return list(_objects(before.model_dump(mode="json"), after.model_dump(mode="json"), ()))


def _objects(before: dict[str, Any], after: dict[str, Any], place: _Place) -> Iterator[Difference]:
    for name, value in after.items():
        yield from _values(before[name], value, (*place, name))


def _values(before: Any, after: Any, place: _Place) -> Iterator[Difference]:
    if before == after:
        return
    name = str(place[-1])
    if name in ENTRY_KEYS:
        yield from _entries(before, after, place)
    elif isinstance(after, list):
        yield from _words(cast("list[Any]", before), cast("list[Any]", after), place)
    else:
        yield Difference(place_of(place), in_words(before), in_words(after))


def _words(before: list[Any], after: list[Any], place: _Place) -> Iterator[Difference]:
    gone = [word for word in before if word not in after]
    new = [word for word in after if word not in before]
    for word in gone:
        yield Difference(place_of(place), in_words(word), None)
    for word in new:
        yield Difference(place_of(place), None, in_words(word))
    if not gone and not new:
        yield Difference(place_of(place), _joined(before), _joined(after))


def _entries(
    before: list[dict[str, Any]], after: list[dict[str, Any]], place: _Place
) -> Iterator[Difference]:
    before_of = pair(after, before, ENTRY_KEYS[str(place[-1])])
    for index, entry in enumerate(before):
        if index not in before_of.values():
            yield Difference(place_of((*place, index)), in_words(entry), None)
    for index, entry in enumerate(after):
        at = (*place, index)
        if index in before_of:
            yield from _objects(before[before_of[index]], entry, at)
        else:
            yield Difference(place_of(at), None, in_words(entry))
    order = [before_of[index] for index in range(len(after)) if index in before_of]
    if order != sorted(order):
        yield Difference(place_of(place), _joined(before), _joined(after))


def in_words(value: Any) -> str | None:
    """A value of a record as one text; an entry of a list as its telling fields."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _entry_in_words(cast("dict[str, Any]", value))
    if isinstance(value, list):
        return _joined(cast("list[Any]", value))
    return str(value)


def _entry_in_words(entry: dict[str, Any]) -> str:
    if "holding" in entry:
        shown = [entry["court"], entry["decided_on"], entry["docket_number"], entry["result"]]
    elif "url" in entry:
        shown = [entry["title"], entry["url"]]
    elif "amount" in entry:
        shown = [" ".join(filter(None, (entry["currency"], entry["amount"], entry["kind"])))]
    else:
        shown = list(entry.values())
    return ", ".join(str(each) for each in shown if each)


def _joined(values: list[Any]) -> str | None:
    return "; ".join(in_words(value) or "" for value in values) or None
