"""Statements that both engines need a little help with."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.database import Transaction

_ROWS_AT_ONCE = 200
_AT_ONCE = 500
"""How many values one statement names; SQLite may refuse more than 999."""


def upsert(
    tx: Transaction, table: sa.Table, columns: Collection[str] | None = None
) -> sa.Executable:
    """A statement that takes rows and overwrites those with the same primary key.

    Args:
        tx: the transaction that will execute it.
        table: where the rows go.
        columns: the names of the columns that the rows have; all of them if `None`. The others
            keep their value in a row that is there.
    """
    make = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    names = table.columns.keys() if columns is None else columns
    keys = table.primary_key.columns.keys()
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


async def in_batches(
    tx: Transaction, statement: sa.Executable, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute a statement for many rows in small steps, between which the event loop runs."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        await tx.execute(statement, rows[start : start + _ROWS_AT_ONCE])


def in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    """The distinct values in parts that one `IN` may name."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
