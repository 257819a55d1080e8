"""What members suggested, and what the editors decided."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from bot.domain.suggestions import Suggestion, SuggestionKind, SuggestionState
from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import suggestions


async def put(tx: Transaction, suggestion: Suggestion) -> None:
    """Store a suggestion, new or decided."""
    row = {
        "id": suggestion.id,
        "scope": suggestion.scope,
        "kind": suggestion.kind.value,
        "case_id": suggestion.case_id,
        "person": suggestion.person,
        "guild": suggestion.guild,
        "text": suggestion.text,
        "link": suggestion.link,
        "made_at": suggestion.made_at,
        "state": suggestion.state.value,
        "decided_by": suggestion.decided_by,
        "decided_at": suggestion.decided_at,
        "answer": suggestion.answer,
        "told_at": suggestion.told_at,
    }
    await tx.execute(upsert(tx, suggestions), [row])


async def get(tx: Transaction, suggestion_id: str, *, lock: bool = False) -> Suggestion | None:
    """The suggestion with an id; locked, nobody else decides it until the transaction ends."""
    found = sa.select(suggestions).where(suggestions.c.id == suggestion_id)
    row = await tx.row(found.with_for_update() if lock else found)
    return None if row is None else _suggestion(row)


async def open_in(tx: Transaction, scope: int, *, skip: int, limit: int) -> list[Suggestion]:
    """The suggestions that a scope's editors have not decided, oldest first."""
    found = (
        sa.select(suggestions)
        .where(_is_open(scope))
        .order_by(suggestions.c.made_at, suggestions.c.id)
        .offset(skip)
        .limit(limit)
    )
    return [_suggestion(row) for row in await tx.execute(found)]


async def count_open(tx: Transaction, scope: int) -> int:
    """How many suggestions a scope's editors have not decided."""
    counted = sa.select(sa.func.count()).select_from(suggestions).where(_is_open(scope))
    return await tx.scalar(counted) or 0


async def made_since(tx: Transaction, person: int, since: dt.datetime) -> list[dt.datetime]:
    """When somebody made suggestions after a moment, oldest first."""
    found = (
        sa.select(suggestions.c.made_at)
        .where(suggestions.c.person == person, suggestions.c.made_at > since)
        .order_by(suggestions.c.made_at)
    )
    return [row.made_at for row in await tx.execute(found)]


async def untold(tx: Transaction) -> list[Suggestion]:
    """Decided suggestions whose makers were not told yet, oldest decision first."""
    found = (
        sa.select(suggestions)
        .where(suggestions.c.state != SuggestionState.OPEN.value, suggestions.c.told_at.is_(None))
        .order_by(suggestions.c.decided_at, suggestions.c.id)
    )
    return [_suggestion(row) for row in await tx.execute(found)]


def _is_open(scope: int) -> sa.ColumnElement[bool]:
    return sa.and_(suggestions.c.scope == scope, suggestions.c.state == SuggestionState.OPEN.value)


def _suggestion(row: sa.Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        scope=row.scope,
        kind=SuggestionKind(row.kind),
        case_id=row.case_id,
        person=row.person,
        guild=row.guild,
        text=row.text,
        link=row.link,
        made_at=row.made_at,
        state=SuggestionState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        answer=row.answer,
        told_at=row.told_at,
    )
