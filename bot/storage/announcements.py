"""What was published, and for whom."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.announcements import Lane, News, NewsKind
from bot.domain.case import Case, Ruling
from bot.domain.deliveries import Announcement, Change, Reach
from bot.domain.records import to_document
from bot.domain.revisions import Author
from bot.storage import counters
from bot.storage.database import Transaction
from bot.storage.statements import in_parts, insertion
from bot.storage.subscriptions import listens, matching
from bot.storage.tables import announcements, deliveries, subscriptions


async def reach(tx: Transaction, news: News) -> Reach:
    """How many would get some news now."""
    counted = sa.select(
        subscriptions.c.lane,
        sa.func.count(sa.distinct(subscriptions.c.target)),
        sa.func.count(sa.distinct(subscriptions.c.guild)),
    ).where(matching(news))
    return _reach(await tx.execute(counted.group_by(subscriptions.c.lane)))


async def reach_of_told(tx: Transaction, numbers: Sequence[int]) -> Reach:
    """How many got any of these announcements and still listen."""
    told = deliveries.c
    counted = (
        sa.select(
            told.lane,
            sa.func.count(sa.distinct(told.target)),
            sa.func.count(sa.distinct(told.guild)),
        )
        .where(*_were_told(numbers))
        .group_by(told.lane)
    )
    return _reach(await tx.execute(counted))


async def insert(
    tx: Transaction,
    news: News,
    author: Author,
    at: dt.datetime,
    *,
    corrects: int | None = None,
    reason: str = "",
) -> tuple[Announcement, bool]:
    """Store an announcement, if the same was not published before.

    Args:
        tx: the transaction.
        news: what it tells.
        author: who publishes it, and where.
        at: when.
        corrects: the announcement that it puts right.
        reason: why, where it takes something back.

    Returns:
        The announcement that there is now, and whether it is new.
    """
    values: dict[str, Any] = {
        "key": news.key,
        "kind": news.kind.value,
        "case_id": news.case_id,
        "scope": news.scope,
        "revision": news.revision,
        "document": to_document(news.case),
        "ruling": news.ruling,
        "note": news.note,
        "person": author.person,
        "guild": author.guild,
        "made_at": at,
        "version": 1,
        "change": Change.NONE.value,
        "reason": reason,
        "corrects": corrects,
        "code": 0,
        "untold": 0,
        "said": news.result,
    }
    made = insertion(tx, announcements).values(values).on_conflict_do_nothing()
    row = await tx.row(made.returning(announcements))
    if row is not None:
        await counters.advance(tx, counters.OUTBOX)
        return _announcement(row), True
    there = sa.select(announcements).where(announcements.c.key == news.key)
    (row,) = await tx.execute(there)
    return _announcement(row), False


async def deliver_to_subscribers(
    tx: Transaction, announcement: Announcement, at: dt.datetime
) -> int:
    """Write a delivery for each target with a matching subscription.

    Where several of a channel match it is one delivery that pings all their roles.

    Returns:
        How many.
    """
    role = sa.cast(sa.func.nullif(subscriptions.c.role, 0), sa.Text)
    targets = (
        sa.select(
            subscriptions.c.lane,
            subscriptions.c.target,
            sa.func.max(subscriptions.c.guild).label("guild"),
            sa.func.coalesce(sa.func.aggregate_strings(role, ","), "").label("roles"),
        )
        .where(matching(announcement.news))
        .group_by(subscriptions.c.lane, subscriptions.c.target)
        .subquery()
    )
    return await _deliver(tx, announcement.number, targets, at)


async def deliver_to_those_told(
    tx: Transaction, announcement: Announcement, numbers: Sequence[int], at: dt.datetime
) -> int:
    """Write a delivery for each target that got any of these announcements and still listens.

    Returns:
        How many.
    """
    told = deliveries.c
    targets = (
        sa.select(
            told.lane,
            told.target,
            sa.func.max(told.guild).label("guild"),
            sa.func.max(told.roles).label("roles"),
        )
        .where(*_were_told(numbers))
        .group_by(told.lane, told.target)
        .subquery()
    )
    return await _deliver(tx, announcement.number, targets, at)


def _were_told(numbers: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    told = deliveries.c.announcement.in_(numbers)
    return told, deliveries.c.message.is_not(None), listens()


async def _deliver(tx: Transaction, number: int, targets: sa.Subquery, at: dt.datetime) -> int:
    turn = -sa.func.row_number().over(
        partition_by=[targets.c.lane, targets.c.guild], order_by=targets.c.target
    )
    rows = sa.select(
        sa.literal(number, deliveries.c.announcement.type),
        targets.c.lane,
        targets.c.target,
        targets.c.guild,
        targets.c.roles,
        turn,
        sa.literal("waiting"),
        sa.literal(at, deliveries.c.due_at.type),
        *(sa.literal(0, deliveries.c.attempts.type) for _ in range(4)),
    ).where(sa.true())  # or SQLite would read ON CONFLICT as the ON of a join
    columns = (
        "announcement", "lane", "target", "guild", "roles", "turn", "state", "due_at",
        "attempts", "doubtful", "shown", "code",
    )  # fmt: skip
    written = insertion(tx, deliveries).from_select(columns, rows).on_conflict_do_nothing()
    return await tx.change(written)


async def get(tx: Transaction, number: int) -> Announcement | None:
    """The announcement with a number."""
    found = await get_many(tx, [number])
    return found.get(number)


async def get_many(tx: Transaction, numbers: Iterable[int]) -> dict[int, Announcement]:
    """The announcements with these numbers; unknown ones are left out."""
    rows = await _select(tx, announcements.c.number.in_(list(numbers)))
    return {row.number: row for row in rows}


async def of_case(tx: Transaction, case_id: str) -> list[Announcement]:
    """What was announced of a case, oldest first."""
    return await _select(tx, announcements.c.case_id == case_id)


async def published_among(tx: Transaction, keys: Sequence[str]) -> set[str]:
    """Those of these keys under which something was published and not taken back."""
    found = sa.select(announcements.c.key).where(announcements.c.key.in_(keys))
    return {row.key for row in await tx.execute(found)}


async def note_said(tx: Transaction, numbers: Sequence[int], said: str) -> None:
    """Note the result that those who got these were told in a message of its own."""
    await tx.execute(
        sa.update(announcements).where(announcements.c.number.in_(numbers)).values(said=said)
    )


async def free_key(tx: Transaction, number: int) -> None:
    """Let the same be published again, since this one was taken back."""
    await tx.execute(
        sa.update(announcements)
        .where(announcements.c.number == number)
        .values(key=announcements.c.key + f":{number}")
    )


async def announced_among(tx: Transaction, case_ids: Iterable[str]) -> set[str]:
    """Those of these cases of which something was announced."""
    found: set[str] = set()
    for ids in in_parts(case_ids):
        rows = await tx.execute(
            sa.select(announcements.c.case_id).where(announcements.c.case_id.in_(ids)).distinct()
        )
        found |= {row.case_id for row in rows}
    return found


async def announced_rulings(tx: Transaction) -> dict[str, list[Ruling]]:
    """The rulings that were told of each case, as they were told; withdrawn ones too."""
    found: dict[str, list[Ruling]] = {}
    for told in await _select(tx, sa.true()):
        ruling = told.news.told_ruling
        if ruling is not None:
            found.setdefault(told.news.case_id, []).append(ruling)
    return found


async def made_since(tx: Transaction, since: dt.datetime, *, limit: int) -> list[Announcement]:
    """What was published since a moment and is not withdrawn, newest first."""
    found = (
        sa.select(announcements)
        .where(announcements.c.made_at >= since, announcements.c.change.not_in(_WITHDRAWN))
        .order_by(announcements.c.number.desc())
        .limit(limit)
    )
    return [_announcement(row) for row in await tx.execute(found)]


async def revise(
    tx: Transaction, number: int, news: News, change: Change, *, reason: str, at: dt.datetime
) -> None:
    """Let an announcement say something else; messages with an older version are to be edited."""
    await tx.execute(
        sa.update(announcements)
        .where(announcements.c.number == number)
        .values(
            version=announcements.c.version + 1,
            revision=news.revision,
            document=to_document(news.case),
            ruling=news.ruling,
            note=news.note,
            change=change.value,
            reason=reason,
            changed_at=at,
        )
    )
    # Failed edits of earlier versions may have put the next try off for long.
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.announcement == number, deliveries.c.message.is_not(None))
        .values(due_at=at)
    )
    await counters.advance(tx, counters.OUTBOX)


async def refuse(tx: Transaction, number: int, code: int) -> None:
    """Note that Discord refuses an announcement's text; its editors are to be told."""
    await tx.execute(
        sa.update(announcements)
        .where(announcements.c.number == number, announcements.c.code == 0)
        .values(code=code, untold=1)
    )


async def untold(tx: Transaction) -> list[Announcement]:
    """The announcements whose text Discord refused and whose editors were not told yet."""
    return await _select(tx, announcements.c.untold == 1)


async def mark_told(tx: Transaction, number: int) -> None:
    """Note that an announcement's editors have been told."""
    await tx.execute(
        sa.update(announcements).where(announcements.c.number == number).values(untold=0)
    )


_WITHDRAWN = [change.value for change in Change if change.withdraws]


def _reach(rows: Iterable[Any]) -> Reach:
    found = {Lane(lane): (targets, guilds) for lane, targets, guilds in rows}
    channels, servers = found.get(Lane.CHANNEL, (0, 0))
    return Reach(channels, found.get(Lane.MEMBER, (0, 0))[0], servers)


async def _select(tx: Transaction, condition: sa.ColumnElement[bool]) -> list[Announcement]:
    found = sa.select(announcements).where(condition).order_by(announcements.c.number)
    return [_announcement(row) for row in await tx.execute(found)]


def _announcement(row: sa.Row[Any]) -> Announcement:
    return Announcement(
        number=row.number,
        news=News(
            NewsKind(row.kind),
            row.case_id,
            row.scope,
            row.revision,
            Case.model_validate_json(row.document),
            row.ruling,
            row.note,
        ),
        author=Author(row.person, row.guild),
        made_at=row.made_at,
        version=row.version,
        change=Change(row.change),
        reason=row.reason,
        changed_at=row.changed_at,
        corrects=row.corrects,
        code=row.code,
        said=row.said,
    )
