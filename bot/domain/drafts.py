"""A record on its way: what forms fill, as far as it goes, and what it lacks to be published."""

import copy
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pydantic import ValidationError

from bot.domain.case import Case
from bot.domain.checks import advise
from bot.domain.dates import PartialDate
from bot.domain.problems import Problem, error, place_of, problems_of
from bot.domain.typed import slug_of
from bot.domain.vocabulary import Status

Fields: TypeAlias = dict[str, Any]
"""A record as JSON, of which any part may be missing."""


@dataclass(frozen=True, slots=True)
class Base:
    """The published record that an edit started from."""

    revision: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has not published yet."""

    id: str
    person: int
    guild: int
    scope: int
    """Where it will be published."""
    case_id: str | None
    """The case that it edits; `None` for a new one."""
    base: Base | None
    """`None` for a new case."""
    fields: Fields
    typed: Mapping[str, Mapping[str, str]]
    """Forms of which something was not understood, as they were typed, by the form's name."""
    made_at: dt.datetime
    saved_at: dt.datetime
    suggestions: tuple[str, ...] = ()
    """The ids of what members suggested and this takes up."""


def fields_of(case: Case) -> Fields:
    """A whole record as fields."""
    return case.model_dump(mode="json")


def with_defaults(fields: Fields, today: dt.date) -> Fields:
    """The fields with what follows from others, or from the day, where nobody said otherwise.

    A slug from the caption, `as_of` from today, a status from whether there is a ruling, and as a
    ruling's holding the record's summary.
    """
    whole = copy.deepcopy(fields)
    if whole.get("title"):
        whole.setdefault("slug", slug_of(whole["title"]))
    whole.setdefault("as_of", PartialDate(today.isoformat()))
    whole.setdefault("status", Status.DECIDED if whole.get("rulings") else Status.PENDING)
    for ruling in whole.get("rulings", ()):
        if not ruling.get("holding") and whole.get("summary"):
            ruling["holding"] = whole["summary"]
    return whole


_ASKS = {
    "title": ("the caption", "say how the case is called"),
    "jurisdiction": (
        "the country of the court",
        "write it after the court's name: Tribunal de Paris, France",
    ),
    "summary": ("the summary", "say in a few sentences who, what and why"),
    "result": ("what the ruling decided", "choose its result"),
    "level": ("the rank of the court", "choose it"),
    "holding": ("the holding", "say what the court held and why"),
    "court": ("the court", "say which court decided"),
}
"""A required field → how it is asked for."""


def problems_of_draft(fields: Fields, typed: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """What keeps a draft from being published, in the order of the record's fields.

    Args:
        fields: with defaults.
        typed: the forms that were not understood.
    """
    problems = [error(form, "was not understood in part", "open that form again") for form in typed]
    try:
        Case.model_validate_json(json.dumps(fields))
    except ValidationError as failure:
        problems += [_ask(problem) for problem in problems_of(failure)]
    return problems


def _ask(problem: Problem) -> Problem:
    field = problem.place.rpartition(".")[2]
    if problem.message == "is missing" and field in _ASKS:
        message, mend = _ASKS[field]
        return error(problem.place, f"{message} is missing", mend)
    return problem


def advice_on_draft(fields: Fields) -> list[Problem]:
    """What would make a publishable draft better; nothing where it is not publishable."""
    try:
        return advise(Case.model_validate_json(json.dumps(fields)))
    except ValidationError:
        return []


def preview_of(fields: Fields) -> Case | None:
    """The record without the parts that are not valid; `None` where too little is left.

    Args:
        fields: with defaults.
    """
    left = copy.deepcopy(fields)
    for _ in range(3):  # an entry that lost a field may have to go itself
        try:
            return Case.model_validate_json(json.dumps(left))
        except ValidationError as failure:
            for details in sorted(
                failure.errors(include_url=False), key=lambda d: place_of(d["loc"]), reverse=True
            ):
                _take_out(left, details["loc"], missing=details["type"] == "missing")
    return None


def _take_out(fields: Fields, path: tuple[int | str, ...], *, missing: bool) -> None:
    """Remove the innermost thing that is not valid: a list's entry, or a field."""
    steps = list(path[:-1] if missing else path)
    while steps and isinstance(steps[-1], str) and len(steps) > 1:
        steps.pop()
    if not steps:
        return
    holder: Any = fields
    for step in steps[:-1]:
        holder = _step(holder, step)
    last = steps[-1]
    if isinstance(holder, list) and isinstance(last, int):
        entries = cast("list[Any]", holder)
        if last < len(entries):
            entries.pop(last)
    elif isinstance(holder, dict):
        cast("Fields", holder).pop(str(last), None)


def _step(holder: Any, step: int | str) -> Any:
    if isinstance(holder, list) and isinstance(step, int):
        entries = cast("list[Any]", holder)
        return entries[step] if step < len(entries) else None
    return cast("Fields", holder).get(str(step)) if isinstance(holder, dict) else None
