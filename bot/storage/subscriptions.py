"""What channels and members want to hear of."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.announcements import POSTED, Lane, News, Target, Wish
from bot.domain.deliveries import Subscription, SubscriptionState
from bot.domain.records import PUBLIC
from bot.storage.database import Transaction
from bot.storage.tables import conversations, deliveries, hidden_cases, subscriptions


async def put(
    tx: Transaction, target: Target, wish: Wish, *, role: int, person: int, at: dt.datetime
) -> Subscription:
    """Store a wish; one that is there already gets the role, and is active from now on."""
    values: dict[str, Any] = {
        "guild": target.guild,
        "role": role,
        "person": person,
        "state": SubscriptionState.ACTIVE.value,
        "paused_at": None,
        "code": 0,
        "failures": 0,
        "failing_since": None,
        "untold": 0,
    }
    same = _of(target) & (
        (subscriptions.c.jurisdiction == wish.jurisdiction)
        & (subscriptions.c.topic == wish.topic)
        & (subscriptions.c.kind == wish.kind)
        & (subscriptions.c.case_id == wish.case_id)
    )
    changed = sa.update(subscriptions).where(same).values(values).returning(subscriptions)
    row = await tx.row(changed)
    if row is None:
        values |= {
            "lane": target.lane.value,
            "target": target.id,
            "jurisdiction": wish.jurisdiction,
            "topic": wish.topic,
            "kind": wish.kind,
            "case_id": wish.case_id,
            "made_at": at,
        }
        made = sa.insert(subscriptions).values(values).returning(subscriptions)
        (row,) = await tx.execute(made)
    return _subscription(row)


async def get(tx: Transaction, number: int) -> Subscription | None:
    """The subscription with a number."""
    found = await _select(tx, subscriptions.c.number == number)
    return found[0] if found else None


async def of_guild(tx: Transaction, guild: int) -> list[Subscription]:
    """A server's subscriptions, in the order they were made."""
    return await _select(tx, subscriptions.c.guild == guild, _lane(Lane.CHANNEL))


async def of_all_guilds(tx: Transaction) -> list[Subscription]:
    """Every server's subscriptions, in the order they were made."""
    return await _select(tx, _lane(Lane.CHANNEL))


async def of_target(tx: Transaction, target: Target) -> list[Subscription]:
    """The subscriptions of a channel or a member, in the order they were made."""
    return await _select(tx, _of(target))


async def pause(tx: Transaction, numbers: Iterable[int], at: dt.datetime) -> None:
    """Pause active subscriptions because somebody wants that."""
    await tx.execute(
        sa.update(subscriptions)
        .where(subscriptions.c.number.in_(list(numbers)), _active())
        .values(state=SubscriptionState.PAUSED.value, paused_at=at)
    )


async def resume(tx: Transaction, numbers: Iterable[int]) -> None:
    """Let paused subscriptions hear of what comes from now on."""
    await tx.execute(
        sa.update(subscriptions)
        .where(subscriptions.c.number.in_(list(numbers)))
        .values(
            state=SubscriptionState.ACTIVE.value,
            paused_at=None,
            code=0,
            failures=0,
            failing_since=None,
            untold=0,
        )
    )


async def remove(tx: Transaction, numbers: Iterable[int]) -> None:
    """Forget subscriptions."""
    await tx.execute(sa.delete(subscriptions).where(subscriptions.c.number.in_(list(numbers))))


async def note_failure(tx: Transaction, target: Target, code: int, at: dt.datetime) -> None:
    """Count a refusal by Discord that may be mended."""
    await tx.execute(
        sa.update(subscriptions)
        .where(_of(target), _active())
        .values(
            code=code,
            failures=subscriptions.c.failures + 1,
            failing_since=sa.func.coalesce(
                subscriptions.c.failing_since,
                sa.bindparam("at", at, type_=subscriptions.c.failing_since.type),
            ),
        )
    )


async def failures(tx: Transaction, target: Target) -> tuple[int, dt.datetime | None]:
    """How often a target failed in a row, and since when."""
    counted = sa.select(
        sa.func.max(subscriptions.c.failures),
        sa.func.min(subscriptions.c.failing_since),
    ).where(_of(target), _active())
    (row,) = await tx.execute(counted)
    return row[0] or 0, row[1]


async def failing(tx: Transaction) -> set[Target]:
    """The targets whose last delivery failed in a way that may be mended."""
    columns = (subscriptions.c.lane, subscriptions.c.target, subscriptions.c.guild)
    rows = await tx.execute(sa.select(*columns).where(subscriptions.c.failures > 0))
    return {Target(Lane(row.lane), row.target, row.guild) for row in rows}


async def note_success(tx: Transaction, targets: Sequence[Target]) -> None:
    """Forget the failures of targets that were reached."""
    for lane in Lane:
        ids = [target.id for target in targets if target.lane is lane]
        if ids:
            await tx.execute(
                sa.update(subscriptions)
                .where(_lane(lane), subscriptions.c.target.in_(ids), subscriptions.c.failures > 0)
                .values(code=0, failures=0, failing_since=None)
            )


async def break_off(tx: Transaction, target: Target, code: int, at: dt.datetime) -> None:
    """Pause every subscription of a target that cannot be reached, until somebody resumes it.

    The people concerned are to be told: see `untold`.
    """
    await tx.execute(
        sa.update(subscriptions)
        .where(_of(target), _active())
        .values(state=SubscriptionState.BROKEN.value, paused_at=at, code=code, untold=1)
    )


async def untold(tx: Transaction, lane: Lane, *, limit: int = 500) -> list[Subscription]:
    """The subscriptions that were broken off and whose people were not told yet."""
    found = (
        sa.select(subscriptions)
        .where(subscriptions.c.untold == 1, _lane(lane))
        .order_by(subscriptions.c.guild, subscriptions.c.number)
        .limit(limit)
    )
    return [_subscription(row) for row in await tx.execute(found)]


async def untold_people(tx: Transaction) -> frozenset[int]:
    """Who follows something that was broken off and was not told of it yet."""
    found = sa.select(subscriptions.c.target).where(subscriptions.c.untold == 1, _lane(Lane.MEMBER))
    return frozenset(row.target for row in await tx.execute(found))


async def untold_of(tx: Transaction, person: int) -> list[Subscription]:
    """What a person follows, was broken off, and they were not told of yet."""
    target = Target(Lane.MEMBER, person)
    return await _select(tx, _of(target), subscriptions.c.untold == 1)


async def mark_told(tx: Transaction, numbers: Iterable[int]) -> None:
    """Note that the people concerned have been told."""
    await tx.execute(
        sa.update(subscriptions).where(subscriptions.c.number.in_(list(numbers))).values(untold=0)
    )


async def leave_guild(tx: Transaction, guild: int, at: dt.datetime) -> None:
    """Pause everything of a server that removed the bot."""
    await tx.execute(
        sa.update(subscriptions)
        .where(subscriptions.c.guild == guild, _lane(Lane.CHANNEL), _active())
        .values(state=SubscriptionState.PAUSED.value, paused_at=at)
    )


def matching(news: News) -> sa.ColumnElement[bool]:
    """The active subscriptions that want some news and may hear of it, as a condition.

    The same as `Wish.wants` and `may_hear`, for as many rows as there are.
    """
    wanted = (
        _active()
        & subscriptions.c.jurisdiction.in_(["", news.case.jurisdiction])
        & subscriptions.c.topic.in_(["", *news.case.topics])
        & (subscriptions.c.kind.in_(["", news.kind.value]) | sa.literal(news.kind not in POSTED))
        & subscriptions.c.case_id.in_(["", news.case_id])
    )
    if news.scope != PUBLIC:
        return wanted & _lane(Lane.CHANNEL) & (subscriptions.c.guild == news.scope)
    hidden = sa.exists().where(
        hidden_cases.c.guild == subscriptions.c.guild, hidden_cases.c.case_id == news.case_id
    )
    return wanted & ~hidden


async def conversation(tx: Transaction, person: int) -> int | None:
    """The direct message channel that was opened with somebody."""
    found = sa.select(conversations.c.channel).where(conversations.c.person == person)
    return await tx.scalar(found)


async def remember_conversation(tx: Transaction, person: int, channel: int) -> None:
    """Keep the id of a direct message channel."""
    await tx.execute(sa.delete(conversations).where(conversations.c.person == person))
    await tx.execute(sa.insert(conversations).values(person=person, channel=channel))


def listens() -> sa.ColumnElement[bool]:
    """For a row of deliveries: whether its target still hears of something."""
    return sa.exists().where(
        subscriptions.c.lane == deliveries.c.lane,
        subscriptions.c.target == deliveries.c.target,
        _active(),
    )


def _of(target: Target) -> sa.ColumnElement[bool]:
    return _lane(target.lane) & (subscriptions.c.target == target.id)


def _lane(lane: Lane) -> sa.ColumnElement[bool]:
    return subscriptions.c.lane == lane.value


def _active() -> sa.ColumnElement[bool]:
    return subscriptions.c.state == SubscriptionState.ACTIVE.value


async def _select(tx: Transaction, *conditions: sa.ColumnElement[bool]) -> list[Subscription]:
    found = sa.select(subscriptions).where(*conditions).order_by(subscriptions.c.number)
    return [_subscription(row) for row in await tx.execute(found)]


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(
        number=row.number,
        target=Target(Lane(row.lane), row.target, row.guild),
        wish=Wish(row.jurisdiction, row.topic, row.kind, row.case_id),
        role=row.role,
        person=row.person,
        made_at=row.made_at,
        state=SubscriptionState(row.state),
        paused_at=row.paused_at,
        code=row.code,
    )
