"""What is wrong with a record, said so that its editor can mend it."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class Severity(StrEnum):
    """Whether a problem keeps a record out, or only keeps it from being a good one."""

    ERROR = "error"
    ADVICE = "advice"


_PLAIN = {
    "bool_type": ("is neither true nor false", "write true or false, without quotation marks"),
    "enum": ("is not a word of its list", "use one of {expected}"),
    "extra_forbidden": ("is not a field of a record", "remove it, or check its spelling"),
    "json_invalid": ("is not valid JSON: {error}", "mend the file at that place"),
    "missing": ("is missing", "add it"),
    "model_type": ("is not an object", "put its fields in curly brackets"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "string_too_short": ("is empty", "write something, or use null where that is allowed"),
    "string_type": ("is not text", "put it in quotation marks"),
    "too_long": ("has more than {max_length} entries", "keep the most useful ones"),
    "tuple_type": ("is not a list", "put it in square brackets"),
    "value_error": ("is refused: {error}", "write it in that form"),
}
"""Pydantic's kind of complaint → what is wrong and what to do, filled from its context."""


_FORMS = {
    "amount": ("is not a decimal number", 'write digits in quotation marks, such as "1500.50"'),
    "as_of": ("is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    "currency": ("is not a currency", "use the three letters of ISO 4217, such as EUR"),
    "decided_on": ("is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    "filed_on": ("is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    "language": ("is not a language tag", "use BCP 47, such as en or zh-Hant"),
    "published_on": ("is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    "slug": ("is not a slug", "use lower-case ASCII letters, digits and single hyphens"),
    "url": ("is not a web address", "start it with https:// and leave no spaces in it"),
}
"""A field that has a form of its own → what is wrong and what to do."""
_INVISIBLE = ("has nothing that can be seen", "write something, or use null where that is allowed")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a record."""

    severity: Severity
    place: str
    """The field, such as `rulings[0].decided_on`; empty for the record as a whole."""
    message: str
    """What is wrong, as a clause about the place: `is missing`."""
    mend: str
    """What to do about it, as an instruction."""


class InvalidRecordError(ValueError):
    """A record that cannot be stored.

    Attributes:
        problems: every error found, at least one, in the order of the record's fields.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.place or 'the record'} {p.message}" for p in problems))


def error(place: str, message: str, mend: str) -> Problem:
    """A problem that keeps the record from being stored."""
    return Problem(Severity.ERROR, place, message, mend)


def advice(place: str, message: str, mend: str) -> Problem:
    """A problem that an editor is told of and may leave."""
    return Problem(Severity.ADVICE, place, message, mend)


def problems_of(failure: ValidationError) -> list[Problem]:
    """Each complaint of Pydantic's about a record, in plain words."""
    return [_problem_of(details) for details in failure.errors(include_url=False)]


def _problem_of(details: ErrorDetails) -> Problem:
    message, mend = _PLAIN.get(details["type"], ("is refused: {msg}", "correct it"))
    if details["type"] == "string_pattern_mismatch":
        message, mend = _FORMS.get(str(details["loc"][-1]), _INVISIBLE)
    context = {"msg": details["msg"], **details.get("ctx", {})}
    return error(place_of(details["loc"]), message.format(**context), mend.format(**context))


def place_of(path: tuple[int | str, ...]) -> str:
    """A path into a record the way a person writes it: `rulings[0].court`."""
    place = ""
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place
