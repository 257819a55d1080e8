"""Servers that are gone, or seem to be; the rules are in `bot.domain.departures`."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.departures import Departure
from bot.storage.database import Transaction
from bot.storage.statements import in_batches, upsert
from bot.storage.tables import (
    audit,
    cases,
    departures,
    drafts,
    hidden_cases,
    server_settings,
    subscriptions,
    suggestions,
)


async def every(tx: Transaction) -> dict[int, Departure]:
    """All that are known, by server."""
    rows = await tx.execute(sa.select(departures).order_by(departures.c.guild))
    return {row.guild: _departure(row) for row in rows}


async def get(tx: Transaction, guild: int) -> Departure | None:
    """What is known of a server's departure; until the transaction ends nobody changes that."""
    found = sa.select(departures).where(departures.c.guild == guild).with_for_update()
    row = await tx.row(found)
    return None if row is None else _departure(row)


async def put(tx: Transaction, found: Sequence[Departure]) -> None:
    """Store departures, new or changed."""
    rows = [{"guild": each.guild, "since": each.since, "absences": each.absences} for each in found]
    await in_batches(tx, upsert(tx, departures), rows)


async def remove(tx: Transaction, guilds: Iterable[int]) -> None:
    """Forget departures: the servers are back, or their data is deleted."""
    for guild in guilds:
        await tx.execute(sa.delete(departures).where(departures.c.guild == guild))


async def servers_with_data(tx: Transaction) -> frozenset[int]:
    """Every server of which something is kept."""
    columns = (
        cases.c.scope,
        server_settings.c.guild,
        hidden_cases.c.guild,
        subscriptions.c.guild,
        drafts.c.guild,
        suggestions.c.guild,
        suggestions.c.scope,
        audit.c.guild,
    )
    found = sa.union(*(sa.select(column).where(column != 0) for column in columns))
    return frozenset(row[0] for row in await tx.execute(found))


def _departure(row: sa.Row[Any]) -> Departure:
    return Departure(row.guild, row.since, row.absences)
