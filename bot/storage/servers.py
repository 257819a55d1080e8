"""What servers chose: their settings, and the public cases that they do not show."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import hidden_cases, server_settings


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server chose; `None` is the default."""

    editor_role: int | None = None
    """The role whose members edit besides those with *Manage Server*."""


async def settings_of(tx: Transaction, guild: int) -> ServerSettings:
    """The settings of a server; the defaults where it never chose."""
    found = sa.select(server_settings).where(server_settings.c.guild == guild)
    row = await tx.row(found)
    return ServerSettings() if row is None else ServerSettings(row.editor_role)


async def put_settings(tx: Transaction, guild: int, settings: ServerSettings) -> None:
    """Store the settings of a server."""
    row = {"guild": guild, "editor_role": settings.editor_role}
    await tx.execute(upsert(tx, server_settings, [*row]), [row])


async def hidden(tx: Transaction) -> dict[int, frozenset[str]]:
    """For each server that hides public cases, their ids."""
    found: dict[int, set[str]] = {}
    for row in await tx.execute(sa.select(hidden_cases)):
        found.setdefault(row.guild, set()).add(row.case_id)
    return {guild: frozenset(case_ids) for guild, case_ids in found.items()}


async def hide(tx: Transaction, guild: int, case_id: str) -> None:
    """Do not show a public case in a server."""
    await tx.execute(upsert(tx, hidden_cases), [{"guild": guild, "case_id": case_id}])


async def show(tx: Transaction, guild: int, case_id: str) -> None:
    """Show a public case in a server again."""
    await tx.execute(
        sa.delete(hidden_cases).where(
            hidden_cases.c.guild == guild, hidden_cases.c.case_id == case_id
        )
    )
