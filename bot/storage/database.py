"""Connections and transactions, the same for SQLite and PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.util import greenlet_spawn

from bot.storage import schema
from bot.storage.errors import StorageError, explain
from bot.storage.transactions import Transaction, begun, connect, connected

_REFUSALS: tuple[type[Exception], ...] = (DBAPIError, PoolTimeoutError, sqlite3.Error, OSError)

_BUSY_MS = 5000
_READERS = 2
_POOL = 6
"""Connections that stay open; ten more may be opened for a while."""
_WRITER_WAIT = 60.0
_CONNECT_WAIT = 5.0
_POOL_WAIT = 10.0
_STATEMENT_WAIT = 60.0
"""Seconds until a statement without an answer counts as failed; no statement takes as long."""
_TURN_WAIT = 0.25
_SESSION = {
    "application_name": "casebook",
    # A machine that vanished leaves its locks to others after 9 s, not after two hours.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "idle_in_transaction_session_timeout": "60000",
}
"""What each PostgreSQL session sets."""


class Database:
    """One writer and a separate read side.

    SQLite before 3.51.3 can corrupt a WAL that two connections write and checkpoint at once, so
    there is one writing connection, which takes its lock at the beginning, and readers never
    checkpoint. On PostgreSQL both sides are one pool.
    """

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, url: str, *, only_reads: bool = False) -> Self:
        """Connect and bring the schema up to date.

        Args:
            url: `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`.
            only_reads: leave the schema as it is, since another process writes. The caller then
                never calls `write`.

        Raises:
            StorageError: if the database cannot be reached or read, if a newer version made it, or
                if it would have to be migrated for one that only reads.
        """
        database = cls(*_engines(url))
        try:
            if only_reads:
                async with database.read() as tx:
                    await schema.require_up_to_date(tx)
                return database
            async with database.write() as tx:
                await schema.bring_up_to_date(tx)
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def place(self) -> str:
        """The address, without its password."""
        return self._writer.url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Transaction]:
        """A transaction that commits at the end and rolls back on any exception.

        On SQLite writers wait for one another here, so keep it short.

        Raises:
            StorageError: if the database refuses a statement or the commit; nothing is stored.
        """
        with self.in_words():
            async with begun(self._writer) as tx:
                yield tx

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Transaction]:
        """A connection for reading what was committed; each statement sees its own moment.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self.in_words():
            async with connected(self._reader) as tx:
                yield tx

    @property
    def shared(self) -> bool:
        """Whether several processes may use it at once."""
        return self._reader.dialect.name == "postgresql"

    async def session(self) -> Transaction:
        """A connection of its own, in which each statement is a transaction; close it.

        Raises:
            StorageError: if the database cannot be reached.
        """
        with self.in_words():
            return await connect(self._reader)

    @asynccontextmanager
    async def alone(self, duty: int) -> AsyncGenerator[bool]:
        """Whether this process has a duty to itself; it keeps it until the end of the block.

        On SQLite there is one process. On PostgreSQL the first one that asks has it, and loses it
        with its connection.

        Args:
            duty: a number that stands for the duty in the whole database.
        """
        if not self.shared:
            yield True
            return
        async with self.read() as tx:
            has_it = bool(await tx.scalar(sa.select(sa.func.pg_try_advisory_lock(duty))))
            try:
                yield has_it
            finally:
                if has_it:
                    await tx.execute(sa.select(sa.func.pg_advisory_unlock(duty)))

    @asynccontextmanager
    async def in_turn(self, duty: int) -> AsyncGenerator[None]:
        """A block that no other process is in at the same time; waits until that is so.

        Args:
            duty: as in `alone`.
        """
        while True:
            async with self.alone(duty) as alone:
                if alone:
                    yield
                    return
            await asyncio.sleep(_TURN_WAIT)

    async def close(self) -> None:
        """Close every connection. aiosqlite's threads would keep the process alive otherwise."""
        await greenlet_spawn(self._reader.dispose)
        await greenlet_spawn(self._writer.dispose)

    @contextmanager
    def in_words(self) -> Generator[None]:
        """Turn a driver's failure in the block into a `StorageError`."""
        try:
            yield
        except Exception as failure:
            # asyncpg's own errors pass through SQLAlchemy where they come from connecting.
            if isinstance(failure, _REFUSALS) or type(failure).__module__.startswith("asyncpg"):
                raise StorageError(explain(failure, self.place)) from failure
            raise


def _engines(url: str) -> tuple[sa.Engine, sa.Engine]:
    try:
        parsed = sa.make_url(url)
        if parsed.drivername == "postgresql+asyncpg":
            return _postgresql(parsed)
        if parsed.drivername == "sqlite+aiosqlite" and parsed.database:
            _make_folder(Path(parsed.database).parent)
            return _sqlite(parsed)
    except ModuleNotFoundError as failure:
        raise StorageError(
            "PostgreSQL needs one package more: pip install 'casebook[postgres]'."
        ) from failure
    except (ArgumentError, ValueError) as failure:
        raise StorageError(_WRONG_ADDRESS) from failure
    raise StorageError(_WRONG_ADDRESS)


_WRONG_ADDRESS = (
    "DATABASE_URL is not the address of a database: write sqlite+aiosqlite:////folder/file.sqlite3 "
    "or postgresql+asyncpg://user:password@host/name."
)


def _postgresql(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=_POOL,
        pool_timeout=_POOL_WAIT,
        connect_args={
            "timeout": _CONNECT_WAIT,
            "command_timeout": _STATEMENT_WAIT,
            "server_settings": _SESSION,
        },
        hide_parameters=True,  # what people typed is in no traceback
    )
    return engine, engine.execution_options(isolation_level="AUTOCOMMIT")


def _sqlite(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    writer = sa.create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_WRITER_WAIT,
        pool_reset_on_return=None,
        hide_parameters=True,  # what people typed is in no traceback
    )
    reader = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=_READERS,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(writer, "connect", _prepare_writer)
    event.listen(writer, "begin", _begin_immediately)
    event.listen(reader, "connect", _prepare_reader)
    return writer, reader


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise StorageError(
            f"The folder {folder} for the database cannot be made ({failure.strerror}): "
            "set DATA_DIR or DATABASE_URL to a place that can be written."
        ) from failure


def _prepare_writer(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # or the driver would begin transactions by itself
    _pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def _prepare_reader(connection: Any, record: object) -> None:
    del record
    _pragmas(connection, "query_only=ON", "wal_autocheckpoint=0")


def _pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY_MS}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: sa.Connection) -> None:
    # Straight to the driver: SQLAlchemy's cursor would take two more turns of the driver's thread.
    adapted: Any = connection.connection.dbapi_connection
    adapted.run_async(_begin)


def _begin(driver: Any) -> Any:
    return driver.execute("BEGIN IMMEDIATE")
