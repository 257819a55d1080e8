"""Numbers that only grow. Taking the next one makes a transaction wait for the one before it."""

import sqlalchemy as sa

from bot.storage.database import Transaction
from bot.storage.statements import insertion
from bot.storage.tables import counters

CATALOGUE = "catalogue"
"""Counts the changes of cases and of what servers hide."""
OUTBOX = "outbox"
"""Counts what was put into the outbox or changed in it."""


async def values(tx: Transaction) -> dict[str, int]:
    """Every number by its name; one that was never taken is not there."""
    rows = await tx.execute(sa.select(counters.c.name, counters.c.value))
    return {row.name: row.value for row in rows}


async def advance(tx: Transaction, name: str) -> int:
    """Take the next number; other transactions that want one of this name wait for this one."""
    first = insertion(tx, counters).values(name=name, value=1)
    taken = first.on_conflict_do_update(
        index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
    )
    (row,) = await tx.execute(taken.returning(counters.c.value))
    return row.value


async def hold(tx: Transaction, name: str) -> int:
    """The present number, which nobody takes on from until this transaction ends."""
    there = sa.select(counters.c.value).where(counters.c.name == name)
    return await tx.scalar(there.with_for_update(read=True)) or 0
