"""Numbers about the installation as a whole, each from a few index entries or a small table."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.announcements import Lane
from bot.domain.deliveries import DeliveryState, SubscriptionState
from bot.storage.database import Transaction
from bot.storage.tables import deliveries, subscriptions

_UNSENT = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.FAILED,
    DeliveryState.UNCONFIRMED,
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Deliveries that did not arrive, or not yet, of one lane and state and for one reason."""

    lane: Lane
    state: DeliveryState
    code: int
    count: int
    due_at: dt.datetime
    """When the first of them is, or was, to be tried."""


async def unsent(tx: Transaction) -> list[Unsent]:
    """What has not arrived.

    What arrived is not counted: after some years these are millions of rows.
    """
    columns = (deliveries.c.lane, deliveries.c.state, deliveries.c.code)
    counted = (
        sa.select(*columns, sa.func.count(), sa.func.min(deliveries.c.due_at))
        .where(deliveries.c.state.in_([state.value for state in _UNSENT]))
        .group_by(*columns)
    )
    return [
        Unsent(Lane(lane), DeliveryState(state), code, count, due_at)
        for lane, state, code, count, due_at in await tx.execute(counted)
    ]


async def unconfirmed(
    tx: Transaction, since: dt.datetime, guild: int | None = None
) -> dict[int, int]:
    """How many deliveries may have arrived or not, by server.

    Args:
        tx: to read with.
        since: those that were given up before are left out.
        guild: of this server only; `None`: of all.
    """
    counted = (
        sa.select(deliveries.c.guild, sa.func.count())
        .where(deliveries.c.state == DeliveryState.UNCONFIRMED.value)
        .where(deliveries.c.done_at >= since)
        .where(*([] if guild is None else [deliveries.c.guild == guild]))
        .group_by(deliveries.c.guild)
    )
    return {row[0]: row[1] for row in await tx.execute(counted)}


async def wishes(tx: Transaction) -> dict[tuple[Lane, SubscriptionState], int]:
    """How many subscriptions there are, by lane and state."""
    columns = (subscriptions.c.lane, subscriptions.c.state)
    counted = sa.select(*columns, sa.func.count()).group_by(*columns)
    return {
        (Lane(lane), SubscriptionState(state)): count
        for lane, state, count in await tx.execute(counted)
    }
