"""A duty that one process in the whole installation has at a time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from bot.storage import counters
from bot.storage.database import Database, Transaction
from bot.storage.errors import StorageError


class DutyLostError(StorageError):
    """Another process has taken the duty over; nothing was stored."""


class SoleDuty:
    """A duty that a process keeps until it lets go of it or its connection ends.

    On SQLite there is one process, and it has every duty. On PostgreSQL the duty is an advisory
    lock of a session. A process may lose that session without knowing, and go on. So whoever takes
    the duty begins a new term, and what is written for the duty names its term (`guard`): a term
    that is over can store nothing, and the next one begins after the last commit of the one before.
    """

    def __init__(self, database: Database, number: int, name: str) -> None:
        """Describe a duty; it is not taken.

        Args:
            database: the installation's.
            number: stands for the duty in the whole database.
            name: of the counter of its terms.
        """
        self._database = database
        self._number = number
        self._name = name
        self._session: Transaction | None = None
        self.term = 0

    @property
    def held(self) -> bool:
        """Whether this process has the duty, as far as it knows."""
        return self._session is not None or not self._database.shared

    async def take(self) -> bool:
        """Take the duty, or keep it.

        Returns:
            Whether this process has it now.

        Raises:
            StorageError: if the database cannot be asked; then the duty is not held.
        """
        if not self._database.shared:
            return True
        if self._session is not None and await self._is_alive(self._session):
            return True
        await self.let_go()
        session = await self._database.session()
        try:
            with self._database.in_words():
                lock = sa.select(sa.func.pg_try_advisory_lock(self._number))
                has_it = bool(await session.scalar(lock))
            if has_it:
                async with self._database.write() as tx:
                    self.term = await counters.advance(tx, self._name)
                self._session = session
        finally:
            if self._session is not session:
                await _end(session)
        return has_it

    async def guard(self, tx: Transaction) -> None:
        """Let a transaction commit only while this process has the duty.

        Raises:
            DutyLostError: if another process has taken it since.
        """
        if self._database.shared and await counters.hold(tx, self._name) != self.term:
            raise DutyLostError("Another process has taken over.")

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Transaction]:
        """A transaction that commits only while this process has the duty.

        Raises:
            DutyLostError: if another process has taken it since; nothing is stored.
            StorageError: as `Database.write` does.
        """
        async with self._database.write() as tx:
            await self.guard(tx)
            yield tx

    async def let_go(self) -> None:
        """Let another process take the duty."""
        session, self._session = self._session, None
        if session is not None:
            await _end(session)

    async def _is_alive(self, session: Transaction) -> bool:
        try:
            await session.execute(sa.select(1))
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no session any more
            return False
        return True


async def _end(session: Transaction) -> None:
    """End the session itself, not only its use: a lock outlives the return to the pool."""
    with suppress(Exception):  # it may be long gone
        await session.invalidate()
    await session.close()
