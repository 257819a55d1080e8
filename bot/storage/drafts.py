"""What people have not published yet."""

import json
from typing import Any

import sqlalchemy as sa

from bot.domain.drafts import Base, Draft
from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import drafts


async def put(tx: Transaction, draft: Draft) -> None:
    """Store a draft, new or changed."""
    row = {
        "id": draft.id,
        "person": draft.person,
        "guild": draft.guild,
        "scope": draft.scope,
        "case_id": draft.case_id,
        "base_revision": draft.base.revision if draft.base else None,
        "base": draft.base.document if draft.base else None,
        "fields": json.dumps(draft.fields).encode(),
        "typed": json.dumps(draft.typed).encode(),
        "made_at": draft.made_at,
        "saved_at": draft.saved_at,
        "suggestions": " ".join(draft.suggestions),
    }
    await tx.execute(upsert(tx, drafts), [row])


async def get(
    tx: Transaction, draft_id: str, *, person: int, guild: int, lock: bool = False
) -> Draft | None:
    """Somebody's draft in a server; `None` if it is another's, or no longer there.

    Args:
        tx: the transaction.
        draft_id: the draft's id.
        person: whose it is.
        guild: where it was begun.
        lock: whether other transactions that change it shall wait for this one to end.
    """
    found = sa.select(drafts).where(
        drafts.c.id == draft_id, drafts.c.person == person, drafts.c.guild == guild
    )
    row = await tx.row(found.with_for_update() if lock else found)
    return None if row is None else _draft(row)


async def of(tx: Transaction, *, person: int, guild: int) -> list[Draft]:
    """Somebody's drafts in a server, the one saved last first."""
    found = (
        sa.select(drafts)
        .where(drafts.c.person == person, drafts.c.guild == guild)
        .order_by(drafts.c.saved_at.desc(), drafts.c.id)
    )
    return [_draft(row) for row in await tx.execute(found)]


async def remove(tx: Transaction, draft_id: str) -> None:
    """Forget a draft."""
    await tx.execute(sa.delete(drafts).where(drafts.c.id == draft_id))


def _draft(row: sa.Row[Any]) -> Draft:
    base = None if row.base is None else Base(row.base_revision, row.base)
    return Draft(
        id=row.id,
        person=row.person,
        guild=row.guild,
        scope=row.scope,
        case_id=row.case_id,
        base=base,
        fields=json.loads(row.fields),
        typed=json.loads(row.typed),
        made_at=row.made_at,
        saved_at=row.saved_at,
        suggestions=tuple(row.suggestions.split()),
    )
