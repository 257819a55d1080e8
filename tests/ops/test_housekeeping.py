"""Once a day, and by one process at a time."""

import datetime as dt
import logging

import pytest

from bot.domain.departures import Presence
from bot.ops.housekeeping import _DUTY, Housekeeping
from bot.services.catalogue import Catalogue
from bot.storage import Database, drafts
from tests.announcements.world import NOW
from tests.databases import database, database_url, engine, postgresql
from tests.services.conftest import OTHERS, Desk, manager
from tests.storage.samples import draft

__all__ = ["database", "database_url", "engine", "postgresql"]


@pytest.fixture
async def desk(database):
    made = Desk(database, await Catalogue.load(database))
    yield made
    await made.ledger.close()


def housekeeping(desk: Desk, days: int) -> Housekeeping:
    async def connected() -> None:
        pass

    moment = NOW + dt.timedelta(days=days)
    return Housekeeping(
        desk.database, desk.departures, connected, lambda: Presence(frozenset()), lambda: moment
    )


async def test_it_deletes_old_drafts_and_says_so(desk, caplog):
    async with desk.database.write() as tx:
        await drafts.put(tx, draft("old", 1, OTHERS, scope=0))
    with caplog.at_level(logging.INFO):
        await housekeeping(desk, 89).prune()
        assert "Too old" not in caplog.text
        await housekeeping(desk, 91).prune()
    assert "Too old and deleted: 1 draft" in caplog.text
    async with desk.database.read() as tx:
        assert await drafts.of(tx, person=1, guild=OTHERS) == []


async def test_another_process_that_is_at_it_is_left_to_it(desk, engine, database_url):
    if engine == "sqlite":
        pytest.skip("SQLite has one process")
    async with desk.database.write() as tx:
        await drafts.put(tx, draft("old", 1, OTHERS, scope=0))
    other = await Database.open(database_url)
    async with other.alone(_DUTY) as alone:
        assert alone
        await housekeeping(desk, 91).prune()
        async with desk.database.read() as tx:
            assert len(await drafts.of(tx, person=1, guild=OTHERS)) == 1
    await housekeeping(desk, 91).prune()
    await other.close()
    async with desk.database.read() as tx:
        assert await drafts.of(tx, person=1, guild=OTHERS) == []


async def test_what_was_deleted_of_a_server_is_in_the_log(desk, caplog):
    await desk.servers.name_editors(manager(OTHERS), 7)
    await desk.departures.removed(OTHERS)
    desk.now.moment += dt.timedelta(days=31)
    with caplog.at_level(logging.INFO):
        await housekeeping(desk, 31).delete_gone()
    line = "Server 600 is gone since 2026-11-25; its data is deleted: 1 setting, 1 audit row"
    assert line in caplog.text


def test_both_duties_are_daily(desk):
    assert {duty.seconds for duty in housekeeping(desk, 0).duties()} == {86_400.0}
