"""Servers that removed the bot: what is deleted when, what never is, and what a kill leaves."""

import asyncio
import datetime as dt
import random
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.departures import Presence
from bot.domain.forms import BasicsForm
from bot.domain.records import PUBLIC
from bot.domain.retention import ServerData
from bot.search import Ambiguous, Found, NotFound
from bot.services.catalogue import Catalogue
from bot.services.departures import Departures
from bot.storage import Database, StorageError, departures, tables
from tests.services.conftest import CURATORS, OTHERS, Desk, manager, member
from tests.strategies import examples

ROOT = Path(__file__).parents[2]
DAY = dt.timedelta(days=1)
EVERYBODY = Presence(frozenset({CURATORS, OTHERS}))
GONE = Presence(frozenset({CURATORS}))


def restarted(desk: Desk) -> Departures:
    """What a new process of the bot begins with."""
    desk.departures = Departures(desk.database, desk.ledger)
    return desk.departures


async def furnish(desk: Desk) -> str:
    """Something of everything that editors make, in the other server; its case's id."""
    boss = manager(OTHERS)
    case_id = await desk.put(OTHERS, title="Lamp v. Lantern", aliases=[])
    hidden = await desk.put(PUBLIC, "shown-elsewhere", title="Duan v. Wei", aliases=[])
    await desk.drafting.begin(boss, BasicsForm("A draft"))
    await desk.servers.name_editors(boss, 77)
    await desk.servers.hide(boss, hidden)
    await desk.suggestions.suggest_case(member(OTHERS), "A case")
    await desk.records.remove(boss, await desk.put(OTHERS, "removed-case"), "because")
    return case_id


async def kept(desk: Desk) -> ServerData:
    return await desk.departures.data_of(OTHERS)


async def everything(database: Database) -> dict[str, list[tuple]]:
    async with database.read() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(sa.select(table))]
            for table in tables.metadata.sorted_tables
        }


async def test_a_removal_deletes_after_thirty_days_and_memory_forgets_too(desk):
    case_id = await furnish(desk)
    public = desk.catalogue.count(PUBLIC)
    await desk.departures.removed(OTHERS)
    await desk.departures.take_stock(lambda: GONE)
    desk.now.moment += 29 * DAY
    assert await desk.departures.delete_due(lambda: GONE) == {}
    assert (await kept(desk)).cases == 2
    assert desk.catalogue.get(case_id, OTHERS) is not None
    revision = desk.catalogue.revision
    desk.now.moment += DAY
    [(departure, found)] = (await desk.departures.delete_due(lambda: GONE)).items()
    assert departure.guild == OTHERS
    assert found == ServerData(
        cases=2,
        revisions=3,
        drafts=1,
        suggestions=1,
        hidden_cases=1,
        settings=1,
        audit_rows=2,
    )
    assert await kept(desk) == ServerData()
    assert desk.catalogue.get(case_id, OTHERS) is None
    assert desk.catalogue.records(OTHERS) == desk.catalogue.removed(OTHERS) == []
    assert desk.catalogue.hidden(OTHERS) == frozenset()
    assert isinstance(desk.catalogue.index.ask("lamp lantern", scope=OTHERS), NotFound)
    assert isinstance(desk.catalogue.index.ask("duan wei", scope=OTHERS), Found | Ambiguous)
    assert desk.catalogue.count(PUBLIC) == desk.catalogue.count(OTHERS) == public
    assert desk.catalogue.revision > revision
    assert await desk.agrees()
    assert not desk.departures.is_gone(OTHERS)
    assert await desk.departures.delete_due(lambda: GONE) == {}


async def test_two_full_starts_make_an_absence_and_one_does_not(desk):
    await furnish(desk)
    await restarted(desk).take_stock(lambda: GONE)
    desk.now.moment += 400 * DAY
    assert await desk.departures.delete_due(lambda: GONE) == {}
    for _ in range(3):  # whatever else happens in the same process
        await desk.departures.take_stock(lambda: GONE)
    assert await desk.departures.delete_due(lambda: GONE) == {}
    await restarted(desk).take_stock(lambda: GONE)
    desk.now.moment += 29 * DAY
    assert await desk.departures.delete_due(lambda: GONE) == {}
    desk.now.moment += DAY
    assert [each.guild for each in await desk.departures.delete_due(lambda: GONE)] == [OTHERS]


@pytest.mark.parametrize("way", ["join", "start", "between"])
async def test_a_server_that_comes_back_keeps_everything(desk, way):
    await furnish(desk)
    before = await kept(desk)
    await desk.departures.removed(OTHERS)
    assert desk.departures.is_gone(OTHERS)
    desk.now.moment += 31 * DAY
    if way == "join":
        await desk.departures.returned(OTHERS)
        assert await desk.departures.delete_due(lambda: GONE) == {}
    elif way == "start":  # it came back while the bot was down
        await restarted(desk).take_stock(lambda: EVERYBODY)
        assert await desk.departures.delete_due(lambda: EVERYBODY) == {}
    else:  # whatever the database says, a server that is there is not deleted
        assert await desk.departures.delete_due(lambda: EVERYBODY) == {}
        await desk.departures.take_stock(lambda: EVERYBODY)
    assert not desk.departures.is_gone(OTHERS)
    assert await kept(desk) == before
    # The next removal counts from the beginning.
    await desk.departures.removed(OTHERS)
    desk.now.moment += 29 * DAY
    assert await desk.departures.delete_due(lambda: GONE) == {}


async def test_a_start_where_it_is_there_begins_the_count_anew(desk):
    await furnish(desk)
    for presence in (GONE, EVERYBODY, GONE):
        await restarted(desk).take_stock(lambda found=presence: found)
    desk.now.moment += 400 * DAY
    assert await desk.departures.delete_due(lambda: GONE) == {}


@pytest.mark.parametrize("event", ["removed", "returned"])
async def test_what_discord_says_while_stock_is_taken_is_not_overwritten(desk, event):
    await furnish(desk)
    there = EVERYBODY if event == "removed" else GONE
    said = []

    def presence() -> Presence:  # and in this moment Discord says otherwise
        said.append(asyncio.create_task(getattr(desk.departures, event)(OTHERS)))
        return there

    await desk.departures.take_stock(presence)
    await asyncio.gather(*said)
    assert desk.departures.is_gone(OTHERS) == (event == "removed")
    async with desk.database.read() as tx:
        assert (OTHERS in await departures.every(tx)) == (event == "removed")


async def test_a_process_leaves_the_servers_of_other_shards_alone(desk):
    await furnish(desk)
    await desk.departures.removed(OTHERS)
    desk.now.moment += 31 * DAY
    shard = (OTHERS >> 22) % 2
    elsewhere = Presence(frozenset(), 2, frozenset({1 - shard}))
    for _ in range(2):
        await restarted(desk).take_stock(lambda: elsewhere)
        assert await desk.departures.delete_due(lambda: elsewhere) == {}
    here = Presence(frozenset(), 2, frozenset({shard}))
    assert [each.guild for each in await desk.departures.delete_due(lambda: here)] == [OTHERS]


async def test_a_curator_server_loses_its_settings_and_no_public_case(desk):
    case_id = await desk.put(PUBLIC)
    await desk.servers.name_editors(manager(CURATORS), 77)
    await desk.departures.removed(CURATORS)
    desk.now.moment += 31 * DAY
    [found] = (await desk.departures.delete_due(lambda: Presence(frozenset({OTHERS})))).values()
    assert found == ServerData(settings=1, audit_rows=1)
    assert desk.catalogue.get(case_id, PUBLIC) is not None
    assert len(await desk.revisions(case_id)) == 1
    assert await desk.agrees()


async def test_another_process_forgets_too(desk):
    case_id = await furnish(desk)
    there = await Catalogue.load(desk.database)
    own = await desk.put(CURATORS, "kept-case", title="Kept v. Held")
    await desk.departures.forget(OTHERS)
    assert there.get(case_id, OTHERS) is not None
    assert await there.refresh(desk.database)
    assert there.get(case_id, OTHERS) is None
    assert there.get(own, CURATORS) is not None
    assert there.hidden(OTHERS) == frozenset()
    assert len(there.index) == len(desk.catalogue.index)
    assert not await there.refresh(desk.database)
    # What the server adds after it came back is there to stay.
    again = await desk.put(OTHERS, "after-all")
    assert await there.refresh(desk.database)
    assert there.get(again, OTHERS) is not None


async def test_many_cases_are_forgotten_while_a_new_index_is_built(desk):
    await asyncio.gather(*(desk.put(OTHERS, f"case-{n}") for n in range(30)))
    stored = [await desk.stored(each.id) for each in desk.catalogue.records(OTHERS)]
    others = [await desk.stored(await desk.put(CURATORS, f"more-{n}")) for n in range(3)]
    there = await Catalogue.load(desk.database)
    assert len(there.records(OTHERS)) == len(stored)
    async with there._rebuilding:
        forgetting_them = asyncio.create_task(there.forget(OTHERS, there.revision + 1))
        await asyncio.sleep(0)
        assert len(there.records(OTHERS)) == len(stored)
    await forgetting_them
    assert there.records(OTHERS) == []
    assert len(there.records(CURATORS)) == len(others)


async def test_a_failure_at_any_statement_leaves_all_of_it(desk):
    await furnish(desk)
    await desk.departures.removed(OTHERS)
    desk.now.moment += 31 * DAY
    before = await everything(desk.database)
    engine = desk.database._writer
    statements = 0

    def fail(connection, cursor, statement, *rest):
        nonlocal statements
        statements += 1
        if statements == failing:
            raise sa.exc.DBAPIError(statement, {}, OSError("the disk is full"))

    for failing in range(1, 100):
        statements = 0
        sa.event.listen(engine, "before_cursor_execute", fail)
        try:
            deleted = await desk.departures.delete_due(lambda: GONE)
        except StorageError:
            assert await everything(desk.database) == before, failing
            assert await desk.agrees()
        else:
            assert [each.guild for each in deleted] == [OTHERS]
            assert failing == statements + 1 > 15
            break
        finally:
            sa.event.remove(engine, "before_cursor_execute", fail)
    assert await kept(desk) == ServerData()


@pytest.mark.soak
async def test_a_kill_in_the_middle_leaves_all_of_it(desk, database_url, engine):
    await furnish(desk)
    before = await everything(desk.database)
    for number in random.Random().sample(range(1, 45), examples(2, 20)):
        arguments = ["tests.services.forgetting_server", database_url, str(OTHERS), str(number)]
        killed = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, cwd=ROOT)
        assert await killed.wait() == -signal.SIGKILL, number
        if engine == "sqlite":
            file = sqlite3.connect(database_url.partition(":///")[2])
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            file.close()
        assert await everything(desk.database) == before, number
    await desk.departures.forget(OTHERS)
    assert await kept(desk) == ServerData()
    assert await desk.agrees()
