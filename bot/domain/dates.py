"""Dates as court records give them: a year, a month or a day."""

import datetime as dt
import re
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class PartialDate(str):
    """An ISO 8601 date of which only the year, or the year and month, may be known.

    It is the text itself (`2023`, `2023-11`, `2023-11-27`), so it is stored and exported as
    written. Compare `earliest`, not the text, to order dates of different precision.

    Raises:
        ValueError: if the text has another form or names a day that does not exist.
    """

    __slots__ = ("earliest",)

    earliest: dt.date
    """The first day that the date can mean; partial dates are ordered by it."""

    def __new__(cls, text: str) -> Self:
        """Read a date; the class says which forms it takes."""
        parts = _FORM.fullmatch(text)
        if parts is None:
            raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(part) if part else 1 for part in parts.groups())
        self = super().__new__(cls, text)
        try:
            self.earliest = dt.date(year, month, day)
        except ValueError:
            raise ValueError(f"there is no such day as {text}") from None
        return self

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.earliest.year

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`: how much of the date is known."""
        return {4: "year", 7: "month", 10: "day"}[len(self)]

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", strict=True)
        return core_schema.no_info_after_validator_function(cls, text)
