"""Who changed what is not a case: settings, hidden cases, suggestions."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.revisions import Author
from bot.storage.database import Transaction
from bot.storage.tables import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change."""

    what: str
    """Such as `editor role`."""
    subject: str
    """What was changed: an id, or empty for the server itself."""
    before: str | None
    after: str | None
    author: Author
    made_at: dt.datetime
    reason: str = ""


async def note(tx: Transaction, entry: AuditEntry) -> None:
    """Write a change down, in the transaction that makes it."""
    row = {
        "made_at": entry.made_at,
        "person": entry.author.person,
        "guild": entry.author.guild,
        "what": entry.what,
        "subject": entry.subject,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
    }
    await tx.execute(sa.insert(audit), [row])


async def of_guild(tx: Transaction, guild: int, *, limit: int) -> list[AuditEntry]:
    """The newest changes made in a server, newest first."""
    found = (
        sa.select(audit).where(audit.c.guild == guild).order_by(audit.c.number.desc()).limit(limit)
    )
    return [
        AuditEntry(
            what=row.what,
            subject=row.subject,
            before=row.before,
            after=row.after,
            author=Author(row.person, row.guild),
            made_at=row.made_at,
            reason=row.reason,
        )
        for row in await tx.execute(found)
    ]
