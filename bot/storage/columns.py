"""Column types over the four that SQLite's STRICT tables know: TEXT, INTEGER, REAL and BLOB."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole number of 64 bits: Discord's ids, revisions, counts."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment as whole milliseconds since 1970 in UTC; it comes back aware, in UTC."""

    impl = Whole
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> int | None:
        """To milliseconds; a naive time is refused, since nobody knows what it means."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> dt.datetime | None:
        """From milliseconds."""
        del dialect
        return None if value is None else _EPOCH + int(value) * _MILLISECOND
