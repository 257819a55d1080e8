"""What is deleted for a server and for a person, on both engines, and what stays."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from bot.domain.announcements import Lane, NewsKind, Target
from bot.domain.records import PUBLIC
from bot.domain.retention import PersonalData, Pruned, ServerData, cutoffs
from bot.domain.revisions import Author
from bot.domain.suggestions import Suggestion, SuggestionKind, SuggestionState
from bot.storage import (
    announcement_notes,
    audit,
    cases,
    deliveries,
    departures,
    drafts,
    forgetting,
    servers,
    tables,
)
from bot.storage import subscriptions as wishes
from bot.storage import suggestions as told
from bot.storage.audit import AuditEntry
from bot.storage.servers import ServerSettings
from tests.announcements.world import NOW, follow, news, publish, store, subscribe
from tests.storage.samples import draft

OURS, OTHERS = 500, 600
MIA, OLU = 7, 8
PUBLIC_CASE = news(slug="public-case")


def suggestion(number: int, scope: int, guild: int, person: int, **changes) -> Suggestion:
    return Suggestion(
        id=f"suggestion{number}",
        scope=scope,
        kind=SuggestionKind.CASE,
        case_id=None,
        person=person,
        guild=guild,
        text="A case",
        link=None,
        made_at=NOW,
        **changes,
    )


async def fill(database) -> None:
    """Two servers and two people with one of everything; the first server is the curators'."""
    await store(database, PUBLIC_CASE)
    for place, (guild, person) in enumerate(((OURS, MIA), (OTHERS, OLU))):
        own = news(slug=f"own-{guild}", scope=guild)
        await store(database, own)
        await subscribe(database, [guild + 1], guild=guild, person=person)
        await follow(database, [person])
        await publish(database, own, Author(person, guild))
        async with database.write() as tx:
            await drafts.put(tx, draft(f"draft{guild}", person, guild, scope=place * guild))
            await announcement_notes.put(tx, f"d:draft{guild}", guild, "Matters.", NOW)
            await told.put(tx, suggestion(guild, guild, guild, person))
            await told.put(tx, suggestion(guild + 1, PUBLIC, guild, person))
            await servers.put_settings(tx, guild, ServerSettings(editor_role=3))
            await servers.hide(tx, guild, PUBLIC_CASE.case_id)
            author = Author(person, guild)
            await audit.note(tx, AuditEntry("editor role", "", None, "3", author, NOW))
            await wishes.remember_conversation(tx, person, 70 + person)
            edited = sa.update(tables.revisions).where(tables.revisions.c.case_id == own.case_id)
            await tx.execute(edited.values(person=person, guild=guild))
    # Nothing is hidden from the servers' subscribers while it is announced.
    async with database.write() as tx:
        for guild in (OURS, OTHERS):
            await servers.show(tx, guild, PUBLIC_CASE.case_id)
    await publish(database, PUBLIC_CASE, Author(MIA, OURS))
    async with database.write() as tx:
        for guild in (OURS, OTHERS):
            await servers.hide(tx, guild, PUBLIC_CASE.case_id)


async def rows(database) -> dict[str, set[tuple]]:
    """Everything in the database, by table."""
    async with database.read() as tx:
        return {
            table.name: {tuple(row) for row in await tx.execute(sa.select(table))}
            for table in tables.metadata.sorted_tables
        }


async def delete(database, guild: int) -> ServerData:
    async with database.write() as tx:
        revision = await cases.lock(tx)
        return await forgetting.delete_server(tx, guild, changed_in=revision + 1, at=NOW)


async def test_a_servers_data_goes_and_nothing_else(database):
    await fill(database)
    before = await rows(database)
    async with database.read() as tx:
        announced = await forgetting.server_data(tx, OURS)
    assert await delete(database, OURS) == announced
    assert announced == ServerData(
        cases=1,
        revisions=1,
        announcements=1,
        deliveries=2,
        subscriptions=1,
        drafts=1,
        suggestions=1,
        hidden_cases=1,
        settings=1,
        audit_rows=1,
    )
    after = await rows(database)
    async with database.read() as tx:
        assert await forgetting.server_data(tx, OURS) == ServerData()
        assert await departures.servers_with_data(tx) == {OTHERS}
        assert await forgetting.scopes_forgotten_since(tx, 0) == [OURS]
    for name, left in after.items():
        gone = before[name] - left
        assert all(OTHERS not in row for row in gone), name
        assert {row for row in before[name] if OTHERS in row} <= left, name
    assert {row.subject for row in await _notes(database)} == {f"d:draft{OTHERS}"}
    # The public case, its history and its announcement stay, though its editors made them.
    async with database.read() as tx:
        assert await cases.get(tx, PUBLIC_CASE.case_id) is not None
        assert await cases.count_revisions(tx, PUBLIC_CASE.case_id) == 1
        kept = await told.get(tx, f"suggestion{OURS + 1}")
    assert (kept.person, kept.guild) == (MIA, 0)
    assert {row.kind for row in await _announcements(database)} == {NewsKind.NEW_RULING.value}


async def _announcements(database):
    async with database.read() as tx:
        return [*await tx.execute(sa.select(tables.announcements))]


async def _notes(database):
    async with database.read() as tx:
        return [*await tx.execute(sa.select(tables.announcement_notes))]


async def test_the_public_catalogue_is_never_deleted(database):
    await fill(database)
    before = await rows(database)
    with pytest.raises(ValueError, match="public"):
        await delete(database, PUBLIC)
    assert await rows(database) == before


async def test_no_table_that_names_a_server_is_left_out(database):
    """A new table with a server's id in it has to be thought of here."""
    await fill(database)
    await delete(database, OURS)
    kept = {name for name, left in (await rows(database)).items() if _has(left, OURS)}
    # Who wrote a public case's announcement, and where, belongs to that case.
    assert kept == {"announcements", "forgotten"}


def _has(found: set[tuple], value: int) -> bool:
    return any(value in row for row in found)


async def test_a_person_is_forgotten_and_what_others_need_stays(database):
    await fill(database)
    before = await rows(database)
    async with database.write() as tx:
        announced = await forgetting.personal_data(tx, MIA)
        assert await forgetting.forget_person(tx, MIA) == announced
    assert announced == PersonalData(
        follows=1, messages=1, drafts=1, suggestions=2, revisions=1, other_actions=4
    )
    after = await rows(database)
    assert not [name for name, left in after.items() if _has(left, MIA)]
    for name in after:
        assert {row for row in before[name] if OLU in row} <= after[name], name
    lost = {name: len(before[name]) - len(after[name]) for name in after}
    assert {name for name, count in lost.items() if count} == {
        "drafts",
        "announcement_notes",
        "subscriptions",
        "deliveries",
        "conversations",
    }
    async with database.read() as tx:
        assert await forgetting.personal_data(tx, MIA) == PersonalData()


async def test_nobody_cannot_be_forgotten(database):
    await fill(database)
    before = await rows(database)
    async with database.write() as tx:
        assert await forgetting.forget_person(tx, 0) == PersonalData()
    assert await rows(database) == before


async def test_what_is_too_old_is_pruned_and_sent_messages_stay(database):
    await fill(database)
    later = NOW + dt.timedelta(days=366)
    async with database.write() as tx:
        decided = suggestion(1, OURS, OURS, MIA, state=SuggestionState.DECLINED, decided_by=OLU)
        await told.put(tx, dataclasses.replace(decided, decided_at=NOW))
        await drafts.put(tx, draft("fresh", MIA, OURS, scope=0, saved_at=later))
        await wishes.remove(tx, [one.number for one in await wishes.of_target(tx, _member(OLU))])
        found = await deliveries.waiting_for(tx, Target(Lane.CHANNEL, OURS + 1, OURS))
        await deliveries.stop_one(tx, found[0], NOW)
        sent = deliveries.Settled(
            found[1], deliveries.DeliveryState.SENT, NOW, channel=OURS + 1, message=99, shown=1
        )
        await deliveries.settle(tx, [sent])

    async def prune(moment: dt.datetime) -> Pruned:
        async with database.write() as tx:
            return await forgetting.prune(tx, cutoffs(moment))

    assert await prune(NOW + dt.timedelta(days=89)) == Pruned(conversations=1)
    assert len(await _notes(database)) == 2
    assert await prune(NOW + dt.timedelta(days=91)) == Pruned(drafts=2, deliveries=1)
    assert await _notes(database) == []
    assert await prune(later) == Pruned(suggesters=1)
    assert await prune(later) == Pruned()
    async with database.read() as tx:
        assert [each.id for each in await drafts.of(tx, person=MIA, guild=OURS)] == ["fresh"]
        kept = await told.get(tx, "suggestion1")
        assert (kept.person, kept.decided_by, kept.text) == (0, 0, "A case")
        assert (await told.get(tx, f"suggestion{OURS}")).person == MIA  # nobody decided it yet
        assert [each.message for each in await _sent(tx)] == [99]
        assert await wishes.conversation(tx, MIA) == 70 + MIA


def _member(person: int) -> Target:
    return Target(Lane.MEMBER, person)


async def _sent(tx):
    return await deliveries.in_state(tx, deliveries.DeliveryState.SENT)
