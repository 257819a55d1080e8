"""The one way to change cases: one transaction, and then the catalogue in memory."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.domain.records import Record
from bot.domain.retention import ServerData
from bot.domain.revisions import Author, ChangeKind
from bot.domain.text import one_line
from bot.services.catalogue import Catalogue
from bot.services.moments import Clock, utc_now
from bot.storage import Database, Transaction, cases, forgetting
from bot.storage.cases import Change, StoredCase

_T = TypeVar("_T")
MAX_REASON = 500
Listener = Callable[[Transaction, Sequence[Change], str, dt.datetime], Awaitable[None]]
"""Writes what follows from changes in their own transaction: why and when they were made."""


class Writing:
    """A transaction that holds the catalogue's lock, and what it has recorded so far.

    Attributes:
        tx: for the stores.
        now: the moment that everything in it is written down with.
    """

    def __init__(
        self, tx: Transaction, now: dt.datetime, listeners: Sequence[Listener] = ()
    ) -> None:
        self.tx = tx
        self.now = now
        self._listeners = listeners
        self.changed: list[StoredCase] = []
        self.forgotten: list[int] = []
        self.revision = 0

    async def record(self, changes: Sequence[Change], author: Author, reason: str) -> None:
        """Store changes, a revision each. At most one for each case in a transaction."""
        if changes:
            self.revision = await cases.record(
                self.tx,
                changes,
                author=author,
                reason=one_line(reason)[:MAX_REASON],
                at=self.now,
            )
            self.changed += [change.after for change in changes]
            for listener in self._listeners:
                await listener(self.tx, changes, reason, self.now)

    async def forget(self, guild: int) -> ServerData:
        """Delete all that is kept for a server, its cases with their history too.

        Returns:
            What there was.
        """
        self.revision = await cases.advance_revision(self.tx)
        found = await forgetting.delete_server(
            self.tx, guild, changed_in=self.revision, at=self.now
        )
        self.forgotten.append(guild)
        return found


class Ledger:
    """Runs changes one after the other, and tells the catalogue of what was committed."""

    def __init__(self, database: Database, catalogue: Catalogue, now: Clock = utc_now) -> None:
        self._database = database
        self._catalogue = catalogue
        self._running: set[asyncio.Task[object]] = set()
        self._listeners: list[Listener] = []
        self._afterwards: list[Callable[[], None]] = []
        self.now = now

    def listen(self, listener: Listener, afterwards: Callable[[], None]) -> None:
        """Let somebody write what follows from each change, and hear of each commit."""
        self._listeners.append(listener)
        self._afterwards.append(afterwards)

    async def change(self, work: Callable[[Writing], Awaitable[_T]]) -> _T:
        """Run `work` in a transaction; commit at its end, roll back if it raises.

        Once begun it is finished, even if the caller is cancelled: else a commit might stay
        unknown to the catalogue in memory.

        Returns:
            What `work` returned, after the catalogue in memory has taken the changes in.
        """
        task = asyncio.create_task(self._change(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for the changes that have begun. Call it before the database is closed."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _change(self, work: Callable[[Writing], Awaitable[_T]]) -> _T:
        async with self._database.write() as tx:
            await cases.lock(tx)
            writing = Writing(tx, self.now(), self._listeners)
            result = await work(writing)
        for scope in writing.forgotten:
            await self._catalogue.forget(scope, writing.revision)
        if writing.changed:
            await self._catalogue.take_in(writing.changed, writing.revision)
            for afterwards in self._afterwards:
                afterwards()
        return result


def changed(
    stored: StoredCase, document: bytes, kind: ChangeKind, *, withdrawn: bool = False
) -> Change:
    """The change of a stored case to a new document or state."""
    old = stored.record
    record = Record(old.id, old.scope, old.revision + 1, document)
    return Change(StoredCase(record, stored.slug, withdrawn), kind, stored)
