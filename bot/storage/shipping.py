"""What the public catalogue took in from shipped files, and what waits for an editor."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.records import PUBLIC
from bot.storage.database import Transaction
from bot.storage.statements import in_batches, in_parts, upsert
from bot.storage.tables import cases, shipped_updates


@dataclass(frozen=True, slots=True)
class ShippedState:
    """What a public case last took in from a shipped file."""

    case_id: str
    content_hash: str | None
    """The hash of that file; `None` for a case that no file ships."""
    waiting_hash: str | None
    """The hash of a file that waits for an editor."""
    edited: bool
    """Whether the case differs from that file, because an editor changed it."""
    withdrawn: bool

    def knows(self, content_hash: str) -> bool:
        """Whether a file with this content was seen before."""
        return content_hash in (self.content_hash, self.waiting_hash)


@dataclass(frozen=True, slots=True)
class Base:
    """The shipped file that a case last took in."""

    case_id: str
    content_hash: str | None
    document: bytes | None
    """The record in that file; `None` for a case that no file ships any more."""


@dataclass(frozen=True, slots=True)
class WaitingUpdate:
    """A shipped record that contradicts what an editor wrote."""

    case_id: str
    content_hash: str
    document: bytes
    received_at: dt.datetime


async def states(tx: Transaction) -> dict[str, ShippedState]:
    """The public cases' states, by slug."""
    rows = await tx.execute(
        sa.select(
            cases.c.id,
            cases.c.slug,
            cases.c.shipped_hash,
            shipped_updates.c.content_hash,
            (cases.c.document != cases.c.shipped_document).label("edited"),
            cases.c.withdrawn_at,
        )
        .select_from(cases.outerjoin(shipped_updates))
        .where(cases.c.scope == PUBLIC)
    )
    return {
        row.slug: ShippedState(
            row.id,
            row.shipped_hash,
            row.content_hash,
            bool(row.edited),
            row.withdrawn_at is not None,
        )
        for row in rows
    }


async def bases_of(tx: Transaction, case_ids: Iterable[str]) -> dict[str, Base]:
    """The shipped files that cases last took in, by id; unknown cases are left out."""
    columns = (cases.c.id, cases.c.shipped_hash, cases.c.shipped_document)
    found: dict[str, Base] = {}
    for ids in in_parts(case_ids):
        for row in await tx.execute(sa.select(*columns).where(cases.c.id.in_(ids))):
            found[row.id] = Base(row.id, row.shipped_hash, row.shipped_document)
    return found


async def set_bases(tx: Transaction, bases: Sequence[Base]) -> None:
    """Note which files cases have taken in, and that none waits for them any more."""
    if not bases:
        return
    rows = [
        {"key": base.case_id, "hash": base.content_hash, "base": base.document} for base in bases
    ]
    noted = (
        sa.update(cases)
        .where(cases.c.id == sa.bindparam("key"))
        .values(shipped_hash=sa.bindparam("hash"), shipped_document=sa.bindparam("base"))
    )
    await in_batches(tx, noted, rows)
    for ids in in_parts(base.case_id for base in bases):
        await tx.execute(sa.delete(shipped_updates).where(shipped_updates.c.case_id.in_(ids)))


async def let_wait(tx: Transaction, updates: Sequence[WaitingUpdate]) -> None:
    """Queue shipped records for the editors; a newer one takes the place of an older one."""
    rows = [
        {
            "case_id": update.case_id,
            "content_hash": update.content_hash,
            "document": update.document,
            "received_at": update.received_at,
        }
        for update in updates
    ]
    if rows:
        await tx.execute(upsert(tx, shipped_updates), rows)


async def waiting(tx: Transaction, case_id: str) -> WaitingUpdate | None:
    """The shipped record that waits for a case's editors."""
    found = await _waiting(tx, shipped_updates.c.case_id == case_id)
    return found[0] if found else None


async def queue(tx: Transaction) -> list[WaitingUpdate]:
    """Every shipped record that waits, oldest first."""
    return await _waiting(tx, sa.true())


async def _waiting(tx: Transaction, condition: sa.ColumnElement[bool]) -> list[WaitingUpdate]:
    rows = await tx.execute(
        sa.select(shipped_updates)
        .where(condition)
        .order_by(shipped_updates.c.received_at, shipped_updates.c.case_id)
    )
    return [
        WaitingUpdate(row.case_id, row.content_hash, row.document, row.received_at) for row in rows
    ]
