"""How far the copying of another installation into a database has come; `moving` copies it."""

import json
from dataclasses import dataclass
from typing import Any

from bot.storage import meta
from bot.storage.database import Database, Transaction
from bot.storage.errors import StorageError

STATE = "move"
"""The key under which the target remembers what is moved into it, and how far that is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the copying into a database has come.

    Attributes:
        source: names the installation that is copied.
        table: the table that is being copied; empty before the first.
        after: the key of the last row that is there.
        done: whether everything is there and was compared.
    """

    source: str
    table: str = ""
    after: tuple[Any, ...] = ()
    done: bool = False


async def progress_of(tx: Transaction) -> Progress | None:
    """What was moved into a database; `None` if nothing ever was."""
    written = await meta.get(tx, STATE)
    if written is None:
        return None
    fields = json.loads(written)
    return Progress(**(fields | {"after": tuple(fields["after"])}))


async def note_progress(tx: Transaction, progress: Progress) -> None:
    """Note how far it is, in the transaction that brings it so far."""
    fields = {name: getattr(progress, name) for name in Progress.__slots__}
    await meta.put(tx, STATE, json.dumps(fields))


async def require_whole(database: Database) -> None:
    """Pass unless something is being moved into the database and not all of it is there.

    Raises:
        StorageError: if so.
    """
    async with database.read() as tx:
        progress = await progress_of(tx)
    if progress is not None and not progress.done:
        raise StorageError(
            f"Not everything has been moved into the database {database.place} yet: stop the bot, "
            "set DATABASE_URL back, and run `casebook migrate-to` with this address to its end."
        )
