"""Facts about this installation, by key."""

import sqlalchemy as sa

from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import meta

INSTANCE = "instance"
"""The key of the installation's own name, by which it is told from all others."""


async def get(tx: Transaction, key: str) -> str | None:
    """The value of a key; `None` if it was never put."""
    return await tx.scalar(sa.select(meta.c.value).where(meta.c.key == key))


async def put(tx: Transaction, key: str, value: str) -> None:
    """Set the value of a key."""
    await tx.execute(upsert(tx, meta), [{"key": key, "value": value}])
