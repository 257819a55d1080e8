"""Copying a whole database into an empty one of another engine, in steps that can be resumed.

The rows are copied table by table, parents before children, in the order of their keys. Each step
is committed together with how far the copying has come, so an interruption costs one step.
"""

import hashlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.columns import Moment, Whole
from bot.storage.database import Database, Transaction
from bot.storage.errors import StorageError
from bot.storage.move_progress import STATE, Progress, note_progress
from bot.storage.statements import upsert
from bot.storage.tables import metadata

_ROWS_AT_ONCE = 200
_HASH_SIZE = 1 << 256


def _plain(table: sa.Table) -> sa.Table:
    """The table with the values that are stored, not what they mean to us."""
    columns = (
        sa.Column(
            column.name,
            Whole if isinstance(column.type, Moment) else column.type,
            primary_key=column.primary_key,
            autoincrement=False,
        )
        for column in table.columns
    )
    return sa.Table(table.name, sa.MetaData(), *columns)


_TABLES = [_plain(table) for table in metadata.sorted_tables]
_META = next(table for table in _TABLES if table.name == "meta")
_COUNTERS = next(table for table in _TABLES if table.name == "counters")
_NUMBERED = [
    (table.name, table.autoincrement_column.name)
    for table in metadata.sorted_tables
    if table.autoincrement_column is not None
]
"""Tables whose rows the database numbers itself, and the column with the number."""


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows a table has, and a number that any difference in any of them changes."""

    rows: int
    digest: int


async def is_empty(tx: Transaction) -> bool:
    """Whether a database has its tables and nothing in them."""
    for table in _TABLES:
        used = table.c.value > 0 if table is _COUNTERS else sa.true()
        if await tx.scalar(sa.select(sa.exists().where(used).select_from(table))):
            return False
    return True


async def holds_unicode(tx: Transaction) -> bool:
    """Whether a PostgreSQL database can hold every text."""
    return await tx.scalar(sa.text("SHOW server_encoding")) == "UTF8"


async def clear(tx: Transaction) -> None:
    """Delete every row."""
    for table in reversed(_TABLES):
        await tx.execute(sa.delete(table))


async def copy(
    source: Database, target: Database, progress: Progress, told: Callable[[str, int], None]
) -> None:
    """Copy all that comes after what is there.

    Args:
        source: nobody writes to it meanwhile.
        target: gets the rows.
        progress: how far it is.
        told: is called with a table and how many of its rows were copied just now.

    Raises:
        StorageError: if a row cannot be stored; what was copied before it stays.
    """
    names = [table.name for table in _TABLES]
    begin = names.index(progress.table) if progress.table else 0
    for place, table in enumerate(_TABLES[begin:]):
        after = progress.after if place == 0 else ()
        async for rows in _steps(source, table, after):
            _refuse_nul(table, rows)
            key = tuple(rows[-1][column.name] for column in table.primary_key)
            async with target.write() as tx:
                await tx.execute(upsert(tx, table), rows)
                await note_progress(tx, Progress(progress.source, table.name, key))
            told(table.name, len(rows))


async def set_numbers(tx: Transaction) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    for table, column in _NUMBERED:
        highest = sa.text(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) "  # noqa: S608
            f"FROM {table} HAVING max({column}) IS NOT NULL"
        )
        await tx.execute(highest)


async def contents(database: Database) -> dict[str, Content]:
    """What each table has, by its name; how far a move has come is not part of it."""
    found: dict[str, Content] = {}
    for table in _TABLES:
        count = digest = 0
        async for rows in _steps(database, table, ()):
            for row in rows:
                if table is _META and row["key"] == STATE:
                    continue
                count += 1
                digest = (digest + _digest(row)) % _HASH_SIZE
        found[table.name] = Content(count, digest)
    return found


async def _steps(
    database: Database, table: sa.Table, after: tuple[Any, ...]
) -> AsyncGenerator[list[dict[str, Any]]]:
    """The rows of a table after a key, in the order in which this engine has keys."""
    keys = [*table.primary_key]
    while True:
        found = sa.select(table).order_by(*keys).limit(_ROWS_AT_ONCE)
        if after:
            values = sa.tuple_(*(sa.literal(v, k.type) for v, k in zip(after, keys, strict=True)))
            found = found.where(sa.tuple_(*keys) > values)
        async with database.read() as tx:
            rows = [dict(zip(table.c.keys(), row, strict=True)) for row in await tx.execute(found)]
        if rows:
            after = tuple(rows[-1][key.name] for key in keys)
            yield rows
        if len(rows) < _ROWS_AT_ONCE:
            return


def _digest(row: dict[str, Any]) -> int:
    """A number for the content of a row: the same on both engines, and for no other content."""
    content = hashlib.sha256()
    for name in sorted(row):
        value = row[name]
        data = value if isinstance(value, bytes) else str(value).encode()
        content.update(f"{name} {type(value).__name__} {len(data)} ".encode())
        content.update(data)
    return int.from_bytes(content.digest())


def _refuse_nul(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and "\0" in value:
                key = ", ".join(str(row[column.name]) for column in table.primary_key)
                raise StorageError(
                    f"The row {key!r} of the table {table.name} has a NUL character in {name}, "
                    "which PostgreSQL cannot hold: remove it, and run the command again."
                )
