"""Deleting for good: what is kept for a server, what is kept about a person, what is too old."""

import datetime as dt

import sqlalchemy as sa

from bot.domain.announcements import Lane
from bot.domain.deliveries import DeliveryState
from bot.domain.records import PUBLIC
from bot.domain.retention import Cutoffs, PersonalData, Pruned, ServerData
from bot.domain.suggestions import SuggestionState
from bot.storage.database import Transaction
from bot.storage.statements import upsert
from bot.storage.tables import (
    announcement_notes,
    announcements,
    audit,
    cases,
    conversations,
    deliveries,
    drafts,
    forgotten,
    hidden_cases,
    revisions,
    server_settings,
    subscriptions,
    suggestions,
)

_NOBODY = 0
_UNDELIVERED = (DeliveryState.FAILED, DeliveryState.STOPPED, DeliveryState.UNCONFIRMED)


# A server


async def server_data(tx: Transaction, guild: int) -> ServerData:
    """How much is kept for a server."""
    own = sa.select(cases.c.id).where(cases.c.scope == guild)
    return ServerData(
        cases=await _count(tx, cases, cases.c.scope == guild),
        revisions=await _count(tx, revisions, revisions.c.case_id.in_(own)),
        announcements=await _count(tx, announcements, announcements.c.case_id.in_(own)),
        deliveries=await _count(tx, deliveries, deliveries.c.guild == guild),
        subscriptions=await _count(tx, subscriptions, subscriptions.c.guild == guild),
        drafts=await _count(tx, drafts, _drafts_of(guild)),
        suggestions=await _count(tx, suggestions, suggestions.c.scope == guild),
        hidden_cases=await _count(tx, hidden_cases, hidden_cases.c.guild == guild),
        settings=await _count(tx, server_settings, server_settings.c.guild == guild),
        audit_rows=await _count(tx, audit, audit.c.guild == guild),
    )


async def delete_server(
    tx: Transaction, guild: int, *, changed_in: int, at: dt.datetime
) -> ServerData:
    """Delete everything that is kept for a server, and only that.

    Public cases stay, with their history, even where the server's editors wrote them. What its
    members suggested to the editors of the public catalogue stays, without the server.

    Args:
        tx: a writing transaction that holds the catalogue's lock.
        guild: the server.
        changed_in: the catalogue's revision that this makes.
        at: when.

    Returns:
        What there was.
    """
    if guild == PUBLIC:
        raise ValueError("the public catalogue is no server's")
    found = await server_data(tx, guild)
    for table, condition in (
        (deliveries, deliveries.c.guild == guild),
        (subscriptions, subscriptions.c.guild == guild),
        (announcement_notes, announcement_notes.c.guild == guild),
        (drafts, _drafts_of(guild)),
        (suggestions, suggestions.c.scope == guild),
        (hidden_cases, hidden_cases.c.guild == guild),
        (server_settings, server_settings.c.guild == guild),
        (audit, audit.c.guild == guild),
        (cases, cases.c.scope == guild),  # and with them revisions and announcements
    ):
        await tx.execute(sa.delete(table).where(condition))
    await tx.execute(
        sa.update(suggestions).where(suggestions.c.guild == guild).values(guild=_NOBODY)
    )
    row = {"scope": guild, "changed_in": changed_in, "at": at}
    await tx.execute(upsert(tx, forgotten), [row])
    return found


async def scopes_forgotten_since(tx: Transaction, revision: int) -> list[int]:
    """The scopes whose cases were deleted after a revision of the catalogue."""
    found = sa.select(forgotten.c.scope).where(forgotten.c.changed_in > revision)
    return [row.scope for row in await tx.execute(found)]


def _drafts_of(guild: int) -> sa.ColumnElement[bool]:
    return (drafts.c.guild == guild) | (drafts.c.scope == guild)


# A person


async def personal_data(tx: Transaction, person: int) -> PersonalData:
    """How much is kept about a person; 0 is nobody, about whom nothing is kept."""
    if person == _NOBODY:
        return PersonalData()
    actions = (
        (subscriptions, _made_for_channels(person)),
        (announcements, announcements.c.person == person),
        (suggestions, suggestions.c.decided_by == person),
        (audit, audit.c.person == person),
    )
    return PersonalData(
        follows=await _count(tx, subscriptions, _follows_of(person)),
        messages=await _count(tx, deliveries, _messages_to(person)),
        drafts=await _count(tx, drafts, drafts.c.person == person),
        suggestions=await _count(tx, suggestions, suggestions.c.person == person),
        revisions=await _count(tx, revisions, revisions.c.person == person),
        other_actions=sum([await _count(tx, table, which) for table, which in actions]),
    )


async def forget_person(tx: Transaction, person: int) -> PersonalData:
    """Delete what is a person's own, and make nobody's what others need.

    Drafts, what they follow and the messages about it are deleted. Suggestions, revisions, and
    what was announced, subscribed or settled stay, without the person.

    Returns:
        What there was.
    """
    found = await personal_data(tx, person)
    if person == _NOBODY:
        return found
    for table, condition in (
        (deliveries, _messages_to(person)),
        (subscriptions, _follows_of(person)),
        (conversations, conversations.c.person == person),
        (announcement_notes, announcement_notes.c.subject.in_(_drafts_named(person))),
        (drafts, drafts.c.person == person),
    ):
        await tx.execute(sa.delete(table).where(condition))
    for column in (
        subscriptions.c.person,
        suggestions.c.person,
        suggestions.c.decided_by,
        revisions.c.person,
        announcements.c.person,
        audit.c.person,
    ):
        await tx.execute(
            sa.update(column.table).where(column == person).values({column.name: _NOBODY})
        )
    return found


def _drafts_named(person: int) -> sa.Select[str]:
    """Somebody's drafts as the lines about them name them."""
    named = sa.literal("d:", sa.Text) + drafts.c.id
    return sa.select(named).where(drafts.c.person == person)


def _follows_of(person: int) -> sa.ColumnElement[bool]:
    return (subscriptions.c.lane == Lane.MEMBER.value) & (subscriptions.c.target == person)


def _made_for_channels(person: int) -> sa.ColumnElement[bool]:
    return (subscriptions.c.lane == Lane.CHANNEL.value) & (subscriptions.c.person == person)


def _messages_to(person: int) -> sa.ColumnElement[bool]:
    return (deliveries.c.lane == Lane.MEMBER.value) & (deliveries.c.target == person)


# What is too old


async def prune(tx: Transaction, old: Cutoffs) -> Pruned:
    """Delete what nobody needs any more.

    Messages that were sent are not touched: a correction needs their ids.
    """
    states = [state.value for state in _UNDELIVERED]
    undelivered = (
        deliveries.c.state.in_(states)
        & deliveries.c.message.is_(None)
        & (deliveries.c.done_at < old.undelivered)
    )
    decided = (
        (suggestions.c.state != SuggestionState.OPEN.value)
        & (suggestions.c.decided_at < old.suggesters)
        & (suggestions.c.person != _NOBODY)
    )
    follows = sa.exists().where(
        subscriptions.c.lane == Lane.MEMBER.value, subscriptions.c.target == conversations.c.person
    )
    await tx.execute(sa.delete(forgotten).where(forgotten.c.at < old.forgotten))
    old_notes = announcement_notes.c.saved_at < old.drafts
    await tx.execute(sa.delete(announcement_notes).where(old_notes))
    return Pruned(
        drafts=await tx.change(sa.delete(drafts).where(drafts.c.saved_at < old.drafts)),
        suggesters=await tx.change(
            sa.update(suggestions).where(decided).values(person=_NOBODY, decided_by=_NOBODY),
        ),
        deliveries=await tx.change(sa.delete(deliveries).where(undelivered)),
        conversations=await tx.change(sa.delete(conversations).where(~follows)),
    )


async def _count(tx: Transaction, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(table).where(condition)
    return await tx.scalar(counted) or 0
