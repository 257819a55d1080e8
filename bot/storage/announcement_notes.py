"""What editors wrote on why something matters, until it is published."""

import datetime as dt

import sqlalchemy as sa

from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import announcement_notes


async def put(tx: Transaction, subject: str, guild: int, note: str, at: dt.datetime) -> None:
    """Keep a line; an empty one is forgotten.

    Args:
        tx: the transaction.
        subject: what it is about, in the words of whoever asks for it.
        guild: the server in which it was written.
        note: the line.
        at: the moment.
    """
    if note:
        row = {"subject": subject, "guild": guild, "note": note, "saved_at": at}
        await tx.execute(upsert(tx, announcement_notes), [row])
    else:
        await tx.execute(
            sa.delete(announcement_notes).where(announcement_notes.c.subject == subject)
        )


async def get(tx: Transaction, subject: str) -> str:
    """The line about something; empty if there is none."""
    found = sa.select(announcement_notes.c.note).where(announcement_notes.c.subject == subject)
    return await tx.scalar(found) or ""
