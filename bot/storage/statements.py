"""Statements that both engines need a little help with."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from bot.storage.database import Transaction

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_ROWS_AT_ONCE = 200
_AT_ONCE = 500
"""How many values one statement names; SQLite may refuse more than 999."""


def insertion(tx: Transaction, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """An insertion that can say what to do about rows that are there already."""
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 2 MB that SQLite needs not

        return postgresql.insert(table)
    return sqlite.insert(table)


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
    statement = insertion(tx, table)
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
