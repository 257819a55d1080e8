"""Two processes with an outbox on one PostgreSQL: one sends, and one that lost its duty stops."""

import asyncio
import random

import pytest
import sqlalchemy as sa

from bot.services.announcements.outbox import Outbox
from bot.services.announcements.publishing import Announcements
from bot.storage import Database
from tests.announcements.discord import Scripted
from tests.announcements.world import news, publish, states, store, subscribe


class Process:
    """An outbox with memory and connections of its own, on the Discord that both see."""

    def __init__(self, database: Database, discord: Scripted) -> None:
        self.database = database
        self.discord = discord
        self.outbox = Outbox(database, 1000.0, dice=random.Random(1))
        self.announcements = Announcements(database, self.outbox.kick)


pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
async def pair(database_url, monkeypatch):
    monkeypatch.setattr("bot.services.announcements.outbox._STAND_BY", 0.1)
    monkeypatch.setattr("bot.services.announcements.outbox._BREATH", 0.0)
    databases = [await Database.open(database_url) for _ in range(2)]
    await store(databases[0], news())
    posted = Scripted()
    made = [Process(database, posted) for database in databases]
    yield made
    for each in made:
        await each.outbox.stop(1.0)
        await each.database.close()


async def _until(database, **expected):
    async with asyncio.timeout(20):
        while await states(database) != expected:  # noqa: ASYNC110 - two outboxes work on it
            await asyncio.sleep(0.02)


async def _started(process):
    process.outbox.start(process.discord)
    async with asyncio.timeout(10):
        while not process.outbox.announcing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_one_that_stands_by_goes_on_when_the_other_ends(pair):
    first, second = pair
    await subscribe(first.database, range(100, 140))
    await _started(first)
    second.outbox.start(second.discord)
    await publish(first.database, news())
    first.outbox.kick()
    await _until(first.database, sent=40)
    assert not second.outbox.announcing
    await first.outbox.stop(1.0)
    await publish(second.database, news(revision=2))
    await _until(second.database, sent=80)
    assert second.outbox.announcing
    assert len(first.discord.posted) == 80


async def test_one_that_lost_its_session_sends_nothing_more_and_tells_what_arrived(pair):
    first, second = pair
    await subscribe(first.database, range(100, 140))
    await _started(first)
    slow = first.discord.hold = asyncio.Event()
    await publish(first.database, news())
    first.outbox.kick()
    async with asyncio.timeout(10):
        while first.discord.under_way < 32:  # noqa: ASYNC110 - it asks for as many as it may
            await asyncio.sleep(0.01)
    # The server restarts, as it were, and the other process is quicker.
    async with second.database.read() as tx:
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await tx.execute(sa.text(ended))
    quick = Scripted(posted=first.discord.posted)
    second.outbox.start(quick)
    await _until(second.database, sent=40)
    posts = len(first.discord.asked)
    slow.set()
    async with asyncio.timeout(10):
        while first.outbox.announcing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert len(first.discord.asked) == posts
    assert sorted(quick.channels()) == [*range(100, 140)]
    assert await states(second.database) == {"sent": 40}
    await publish(second.database, news(revision=2))
    second.outbox.kick()
    await _until(second.database, sent=80)
    assert len(first.discord.asked) == posts


async def test_a_delivery_that_is_being_taken_back_is_passed_over(pair):
    first, _ = pair
    await subscribe(first.database, [100, 101])
    told = await publish(first.database, news())
    async with first.database.write() as tx:
        await first.announcements.withdraw(
            tx, told.announcement.number, reason="", at=told.announcement.made_at
        )
        await _started(first)
        await asyncio.sleep(0.2)  # it would send now
        assert first.discord.posted == []
    await _until(first.database, stopped=2)
