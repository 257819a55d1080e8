"""The outbox: which announcement still has to go where, and what became of those that went."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.domain.announcements import Lane, Target
from bot.domain.deliveries import (
    Announcement,
    Delivery,
    DeliveryState,
    Failure,
    Tally,
)
from bot.storage.announcements import get_many
from bot.storage.database import Transaction
from bot.storage.subscriptions import listens
from bot.storage.tables import announcements, conversations, deliveries


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt."""

    delivery: Delivery
    state: DeliveryState
    at: dt.datetime
    """When; for one that waits, when to try again."""
    doubtful: bool = False
    channel: int | None = None
    message: int | None = None
    shown: int = 0
    code: int = 0


async def count_sending(tx: Transaction) -> int:
    """How many deliveries are being sent, or were when their process ended."""
    counted = sa.select(sa.func.count()).where(_in(DeliveryState.SENDING))
    return await tx.scalar(counted) or 0


async def recover(tx: Transaction, at: dt.datetime) -> int:
    """Take back what a process that ended was sending: it is in doubt, and due at once.

    Returns:
        How many there were.
    """
    return await tx.change(
        sa.update(deliveries)
        .where(_in(DeliveryState.SENDING))
        .values(state=DeliveryState.WAITING.value, doubtful=1, due_at=at)
    )


async def due(tx: Transaction, lane: Lane, now: dt.datetime, *, limit: int) -> list[Delivery]:
    """What to send next: the newest announcement first, in it every server's first target first.

    Members with whom a conversation is open come before those with whom one has to be opened.
    """
    opened = sa.exists().where(conversations.c.person == deliveries.c.target)
    first = [sa.case((opened, 0), else_=1)] if lane is Lane.MEMBER else []
    found = (
        sa.select(deliveries)
        .where(_in(DeliveryState.WAITING), deliveries.c.lane == lane.value)
        .where(deliveries.c.due_at <= now)
        .order_by(*first, deliveries.c.announcement.desc(), deliveries.c.turn.desc())
        .limit(limit)
    )
    return [_delivery(row) for row in await tx.execute(found)]


async def due_edits(tx: Transaction, now: dt.datetime, *, limit: int) -> list[Delivery]:
    """Messages that show an older version of their announcement, oldest announcement first."""
    changed = sa.select(announcements.c.number).where(announcements.c.version > 1)
    found = (
        sa.select(deliveries)
        .join(announcements, announcements.c.number == deliveries.c.announcement)
        .where(deliveries.c.announcement.in_(changed), _stale(), deliveries.c.due_at <= now)
        .order_by(deliveries.c.announcement, deliveries.c.turn.desc())
        .limit(limit)
    )
    return [_delivery(row) for row in await tx.execute(found)]


async def count_stale(tx: Transaction, case_id: str) -> int:
    """How many messages about a case show an older version of their announcement."""
    counted = (
        sa.select(sa.func.count())
        .select_from(deliveries.join(announcements))
        .where(announcements.c.case_id == case_id, _stale())
    )
    return await tx.scalar(counted) or 0


async def next_due(tx: Transaction, lane: Lane) -> dt.datetime | None:
    """When the next delivery or edit of a lane is to be tried; `None` if nothing waits."""
    mine = deliveries.c.lane == lane.value
    first = sa.select(sa.func.min(deliveries.c.due_at))
    edits = (
        first.join(announcements, announcements.c.number == deliveries.c.announcement)
        .where(announcements.c.version > 1, mine)
        .where(_stale())
    )
    waiting = first.where(_in(DeliveryState.WAITING), mine)
    moments = [await tx.scalar(waiting), await tx.scalar(edits)]
    return min((moment for moment in moments if moment is not None), default=None)


async def count_later(tx: Transaction, latest: dt.datetime) -> int:
    """How many deliveries are to be tried only after a moment."""
    counted = sa.select(sa.func.count()).where(*_later(latest))
    return await tx.scalar(counted) or 0


async def bring_forward(tx: Transaction, now: dt.datetime, latest: dt.datetime) -> None:
    """Let what is to be tried only after `latest` be due now."""
    await tx.execute(sa.update(deliveries).where(*_later(latest)).values(due_at=now))


def _later(latest: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _in(DeliveryState.WAITING), deliveries.c.due_at > latest


async def claim(tx: Transaction, delivery: Delivery, now: dt.datetime) -> bool:
    """Note that a delivery is being sent, if it still waits and its target still listens.

    One that somebody is just taking back is passed over instead of waited for.

    Returns:
        Whether it was claimed.
    """
    return await tx.change(_CLAIM, {**_key(delivery), "now": now}) == 1


async def settle(tx: Transaction, outcomes: Sequence[Settled]) -> None:
    """Write down what became of attempts."""
    if outcomes:
        await tx.execute(_SETTLE, _rows(outcomes))


async def settle_open(tx: Transaction, outcomes: Sequence[Settled]) -> None:
    """Write down what became of attempts, where nobody else has done so meanwhile."""
    if outcomes:
        open_states = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNCONFIRMED)
        # Not IN: SQLAlchemy does not let it be executed for many rows at once.
        still = sa.or_(*(deliveries.c.state == state.value for state in open_states))
        await tx.execute(_SETTLE.where(still), _rows(outcomes))


def _rows(outcomes: Sequence[Settled]) -> list[dict[str, Any]]:
    return [
        {
            **_key(outcome.delivery),
            "state": outcome.state.value,
            "due_at": outcome.at,
            "done_at": None if outcome.state is DeliveryState.WAITING else outcome.at,
            "doubtful": int(outcome.doubtful),
            "channel": outcome.channel,
            "message": outcome.message,
            "shown": outcome.shown,
            "code": outcome.code,
        }
        for outcome in outcomes
    ]


async def note_edit(tx: Transaction, delivery: Delivery, shown: int, at: dt.datetime) -> None:
    """Note which version a message shows now, or when to try to edit it again."""
    await tx.execute(sa.update(deliveries).where(*_one(delivery)).values(shown=shown, due_at=at))


async def stop(tx: Transaction, number: int, at: dt.datetime) -> int:
    """Take back what of an announcement has not gone.

    One in doubt stays: it may be there, and is then found and edited.

    Returns:
        How many deliveries.
    """
    return await _stop(tx, at, deliveries.c.announcement == number, deliveries.c.doubtful == 0)


async def stop_for_guild(tx: Transaction, guild: int, at: dt.datetime) -> int:
    """Take back what has not gone to a server."""
    return await _stop(tx, at, deliveries.c.guild == guild, deliveries.c.guild != 0)


async def stop_one(tx: Transaction, delivery: Delivery, at: dt.datetime) -> None:
    """Take back one delivery, if it has not gone."""
    await _stop(tx, at, *_one(delivery))


async def stop_unheard(tx: Transaction, delivery: Delivery, at: dt.datetime) -> None:
    """Take back one delivery that has not gone, if its target no longer listens."""
    await _stop(tx, at, *_one(delivery), ~listens())


async def give_up(tx: Transaction, target: Target, code: int, at: dt.datetime) -> None:
    """Fail all that waits for a target that cannot be reached."""
    await tx.execute(
        sa.update(deliveries)
        .where(_in(DeliveryState.WAITING))
        .where(deliveries.c.lane == target.lane.value, deliveries.c.target == target.id)
        .values(state=DeliveryState.FAILED.value, done_at=at, code=code)
    )


async def waiting_for(tx: Transaction, target: Target) -> list[Delivery]:
    """What has not gone to a target."""
    found = sa.select(deliveries).where(
        _in(DeliveryState.WAITING),
        deliveries.c.lane == target.lane.value,
        deliveries.c.target == target.id,
    )
    return [_delivery(row) for row in await tx.execute(found)]


async def set_roles(tx: Transaction, delivery: Delivery, roles: Iterable[int]) -> None:
    """Change which roles a delivery that has not gone will ping."""
    joined = ",".join(map(str, roles))
    await tx.execute(sa.update(deliveries).where(*_one(delivery)).values(roles=joined))


async def in_state(tx: Transaction, state: DeliveryState) -> list[Delivery]:
    """Every delivery in a state, newest announcement first."""
    found = (
        sa.select(deliveries)
        .where(_in(state))
        .order_by(deliveries.c.announcement.desc(), deliveries.c.target)
    )
    return [_delivery(row) for row in await tx.execute(found)]


async def tally(tx: Transaction, *, number: int | None = None, guild: int | None = None) -> Tally:
    """How many deliveries of an announcement, or to a server, are in each state."""
    conditions = [
        *([] if number is None else [deliveries.c.announcement == number]),
        *([] if guild is None else [deliveries.c.guild == guild]),
    ]
    counted = (
        sa.select(deliveries.c.state, sa.func.count())
        .where(*conditions)
        .group_by(deliveries.c.state)
    )
    counts = {DeliveryState(state): count for state, count in await tx.execute(counted)}
    last = sa.select(sa.func.max(deliveries.c.done_at)).where(*conditions, _in(DeliveryState.SENT))
    return Tally(counts, await tx.scalar(last))


async def failures(tx: Transaction, guild: int, *, since: dt.datetime, limit: int) -> list[Failure]:
    """What did not arrive in a server, or may not have, newest announcement first."""
    found = (
        sa.select(deliveries)
        .where(deliveries.c.guild == guild)
        .where(
            _in(DeliveryState.FAILED, DeliveryState.UNCONFIRMED)
            | (_in(DeliveryState.WAITING) & (deliveries.c.code != 0))
        )
        .where(deliveries.c.due_at >= since)
        .order_by(deliveries.c.announcement.desc(), deliveries.c.turn.desc())
        .limit(limit)
    )
    return [
        Failure(row.announcement, _target(row), DeliveryState(row.state), row.code)
        for row in await tx.execute(found)
    ]


async def announcements_of(tx: Transaction, batch: Iterable[Delivery]) -> dict[int, Announcement]:
    """The announcements that deliveries are of, by number."""
    return await get_many(tx, {delivery.announcement for delivery in batch})


def _key(delivery: Delivery) -> dict[str, Any]:
    """What `_ITS_ROW` asks for."""
    return {
        "a": delivery.announcement,
        "l": delivery.target.lane.value,
        "t": delivery.target.id,
    }


_KEY = (deliveries.c.announcement, deliveries.c.lane, deliveries.c.target)
_ITS_ROW = tuple(
    column == sa.bindparam(name) for column, name in zip(_KEY, ("a", "l", "t"), strict=True)
)

# Made once, since every delivery executes both.
_CLAIM = (
    sa.update(deliveries)
    .where(
        *_ITS_ROW,  # said twice, or SQLite looks at every delivery of the announcement
        sa.tuple_(*_KEY).in_(
            sa.select(*_KEY)
            .where(*_ITS_ROW, deliveries.c.state == DeliveryState.WAITING.value, listens())
            .with_for_update(skip_locked=True)
        ),
    )
    .values(
        state=DeliveryState.SENDING.value,
        attempts=deliveries.c.attempts + 1,
        started_at=sa.func.coalesce(
            deliveries.c.started_at, sa.bindparam("now", type_=deliveries.c.started_at.type)
        ),
    )
)
_SETTLE = (
    sa.update(deliveries)
    .where(*_ITS_ROW)
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                "state", "due_at", "done_at", "doubtful", "channel", "message", "shown", "code"
            )
        }
    )
)  # fmt: skip


async def _stop(tx: Transaction, at: dt.datetime, *conditions: sa.ColumnElement[bool]) -> int:
    return await tx.change(
        sa.update(deliveries)
        .where(_in(DeliveryState.WAITING), *conditions)
        .values(state=DeliveryState.STOPPED.value, done_at=at)
    )


def _in(*states: DeliveryState) -> sa.ColumnElement[bool]:
    return deliveries.c.state.in_([state.value for state in states])


def _one(delivery: Delivery) -> tuple[sa.ColumnElement[bool], ...]:
    number, lane, target = delivery.key
    return (
        deliveries.c.announcement == number,
        deliveries.c.lane == lane.value,
        deliveries.c.target == target,
    )


def _stale() -> sa.ColumnElement[bool]:
    return (
        _in(DeliveryState.SENT)
        & deliveries.c.message.is_not(None)
        & (deliveries.c.shown < announcements.c.version)
    )


def _target(row: Any) -> Target:
    return Target(Lane(row.lane), row.target, row.guild)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        announcement=row.announcement,
        target=_target(row),
        roles=tuple(sorted({int(role) for role in row.roles.split(",") if role})),
        attempts=row.attempts,
        doubtful=bool(row.doubtful),
        started_at=row.started_at,
        channel=row.channel,
        message=row.message,
        shown=row.shown,
    )
