"""Moving an installation from SQLite to PostgreSQL: copied, compared, and resumed if need be."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack

from bot.storage import Database, StorageError, meta, move_progress, moving
from bot.storage.locks import sole_writer
from bot.storage.move_progress import Progress
from bot.storage.moving import Content
from bot.storage.sqlite_files import path_of

_DUTY = 0xCA5E30FE
_ATTEMPTS = 2


async def move(source_url: str, target_url: str, say: Callable[[str], None]) -> None:
    """Copy everything into a PostgreSQL database, and compare every row.

    It can be run again after an interruption and goes on then. If the source was used in between,
    it begins anew. A move that is done is only compared again.

    Args:
        source_url: a SQLite database whose bot has ended; it stays as it is.
        target_url: an empty PostgreSQL database, or one into which this was begun.
        say: shows the owner a line.

    Raises:
        StorageError: if it cannot be done, and why; the source is untouched.
    """
    path = path_of(source_url)
    if path is None:
        raise StorageError("This installation does not use SQLite: there is nothing to move.")
    if not path.is_file():
        raise StorageError(f"There is no database {path}: set DATA_DIR or DATABASE_URL to it.")
    if path_of(target_url) is not None:
        raise StorageError(
            "The target is no PostgreSQL database: write "
            "postgresql+asyncpg://user:password@host/name."
        )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sole_writer(source_url))
        source = await Database.open(source_url)
        stack.push_async_callback(source.close)
        target = await Database.open(target_url)
        stack.push_async_callback(target.close)
        if not await stack.enter_async_context(target.alone(_DUTY)):
            raise StorageError(f"Another process is moving data into {target.place}: let it end.")
        await _move(source, target, say)


async def _move(source: Database, target: Database, say: Callable[[str], None]) -> None:
    progress = await _begin(source, target)
    there = await moving.contents(source)
    if progress.done:
        if await moving.contents(target) != there:
            raise StorageError(
                f"This installation was moved to {target.place} before, and one of them was used "
                "since. Nothing was changed: go on with that one, or name an empty database."
            )
        say(f"Everything is in {target.place} already.")
        _say_contents(there, say)
        return
    if progress.table:
        say(f"Going on at the table {progress.table}.")
    differing: list[str] = []
    for _ in range(_ATTEMPTS):
        if differing:
            say("The database was used since the last run: beginning anew.")
            progress = Progress(progress.source)
            async with target.write() as tx:
                await moving.clear(tx)
                await move_progress.note_progress(tx, progress)
        await _copy(source, target, progress, say)
        differing = _differences(there, await moving.contents(target))
        if not differing:
            break
    else:
        raise StorageError(
            f"What is in {target.place} differs in the tables {', '.join(differing)}: is something "
            "else writing to either database? Run the command again."
        )
    async with target.write() as tx:
        await moving.set_numbers(tx)
        await move_progress.note_progress(tx, Progress(progress.source, done=True))
    _say_contents(there, say)


async def _begin(source: Database, target: Database) -> Progress:
    """How far it is, after a look whether the target may be used at all."""
    async with source.write() as tx:
        name = await meta.get(tx, meta.INSTANCE)
        if name is None:
            name = secrets.token_hex(8)
            await meta.put(tx, meta.INSTANCE, name)
    async with target.write() as tx:
        if not await moving.holds_unicode(tx):
            raise StorageError(
                f"The database {target.place} cannot hold every text: make one with ENCODING UTF8."
            )
        progress = await move_progress.progress_of(tx)
        if progress is None and await moving.is_empty(tx):
            progress = Progress(name)
            await move_progress.note_progress(tx, progress)
    if progress is None or progress.source != name:
        raise StorageError(
            f"The database {target.place} has the data of another installation: name an empty one."
        )
    return progress


async def _copy(
    source: Database, target: Database, progress: Progress, say: Callable[[str], None]
) -> None:
    counts: dict[str, int] = {}

    def told(table: str, rows: int) -> None:
        if table not in counts:
            say(f"Copying {table}")
        counts[table] = counts.get(table, 0) + rows

    await moving.copy(source, target, progress, told)


def _differences(one: dict[str, Content], other: dict[str, Content]) -> list[str]:
    return [table for table in one if one[table] != other[table]]


def _say_contents(there: dict[str, Content], say: Callable[[str], None]) -> None:
    for table, content in there.items():
        say(f"  {table}: {content.rows} rows, each the same in both")
