"""SQLAlchemy Core's connections, awaited.

`sqlalchemy.ext.asyncio` does the same and imports the ORM, 7 MB that nothing here uses. The drivers
for asyncio are Core's own; they are called in a greenlet that can wait for a coroutine (ADR 8).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, overload

import sqlalchemy as sa
from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from sqlalchemy.sql.selectable import TypedReturnsRows

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Transaction:
    """What the stores take. It ends with the `async with` that gave it.

    A statement whose task is cancelled takes its connection with it, so nobody gets one on which
    the driver still works.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> sa.Dialect:
        """What the database speaks."""
        return self._connection.dialect

    @overload
    async def execute(
        self, statement: "TypedReturnsRows[*_Ts]", parameters: _Parameters = None
    ) -> Sequence[sa.Row[*_Ts]]: ...

    @overload
    async def execute(
        self, statement: sa.Executable, parameters: _Parameters = None
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]: ...

    async def execute(
        self, statement: sa.Executable, parameters: _Parameters = None
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Execute a statement.

        Args:
            statement: what to execute.
            parameters: its values; a sequence executes it for each of them.

        Returns:
            Its rows; none if it is of a kind that gives none.
        """
        return await greenlet_spawn(_rows, self._connection, statement, parameters)

    async def row(self, statement: "TypedReturnsRows[*_Ts]") -> sa.Row[*_Ts] | None:
        """The only row; `None` if there is none."""
        rows = await self.execute(statement)
        return rows[0] if rows else None

    async def change(self, statement: sa.Executable, parameters: _Parameters = None) -> int:
        """Execute a statement that gives no rows.

        Returns:
            How many it changed.
        """
        return (await greenlet_spawn(self._connection.execute, statement, parameters)).rowcount

    @overload
    async def scalar(self, statement: "TypedReturnsRows[_T]") -> _T | None: ...

    @overload
    async def scalar(self, statement: sa.Executable) -> Any: ...

    async def scalar(self, statement: sa.Executable) -> Any:
        """The first column of the first row; `None` if there is no row."""
        return await greenlet_spawn(self._connection.scalar, statement)

    async def run_sync(self, function: Callable[[sa.Connection, *_Ts], _T], *args: *_Ts) -> _T:
        """Give SQLAlchemy's own connection to a function that does not know of asyncio."""
        return await greenlet_spawn(function, self._connection, *args)

    async def invalidate(self) -> None:
        """End the session itself, not only its use."""
        await greenlet_spawn(self._connection.invalidate)

    async def close(self) -> None:
        """Roll back what is not committed and let others use the connection.

        It is not abandoned halfway when its task is cancelled: that connection would be lost.
        """
        closing = asyncio.create_task(greenlet_spawn(self._connection.close))
        cancelled: asyncio.CancelledError | None = None
        while not closing.done():
            try:
                await asyncio.wait([closing])
            except asyncio.CancelledError as failure:
                cancelled = failure
        closing.result()
        if cancelled is not None:
            raise cancelled


async def connect(engine: sa.Engine) -> Transaction:
    """A connection to be closed by the caller."""
    return Transaction(await greenlet_spawn(engine.connect))


@asynccontextmanager
async def connected(engine: sa.Engine) -> AsyncGenerator[Transaction]:
    """A connection until the end of the block."""
    tx = await connect(engine)
    try:
        yield tx
    finally:
        await tx.close()


@asynccontextmanager
async def begun(engine: sa.Engine) -> AsyncGenerator[Transaction]:
    """A transaction that commits at the end of the block and rolls back on any exception."""
    async with connected(engine) as tx:
        await tx.run_sync(_wholly, sa.Connection.begin)
        yield tx
        await tx.run_sync(_wholly, sa.Connection.commit)


def _rows(
    connection: sa.Connection, statement: sa.Executable, parameters: _Parameters
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    result = connection.execute(statement, parameters)
    return result.all() if result.returns_rows else []


def _wholly(connection: sa.Connection, step: Callable[[sa.Connection], object]) -> None:
    """Begin or commit. Where that fails or is cancelled, nobody knows what the driver has begun."""
    try:
        step(connection)
    except BaseException:
        connection.invalidate()
        raise
