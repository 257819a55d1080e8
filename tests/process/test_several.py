"""Three processes on one PostgreSQL: each knows what the others did, and one announces for all."""

import asyncio

import pytest

from bot.storage import Database
from tests.announcements.world import publish, shipped_news, states
from tests.databases import new_postgresql_database, postgresql
from tests.process.fleet import Fleet, prepare, until
from tests.standin.control import StandIn, Who
from tests.standin.rules import Rules

__all__ = ["postgresql"]


@pytest.fixture
async def shared(postgresql):
    url = await new_postgresql_database(postgresql)
    await prepare(url)
    return url


async def test_they_start_in_turn_learn_of_edits_and_announce_for_one_another(shared, tmp_path):
    rules = Rules(identify_interval=0.2)
    async with StandIn.start(rules) as discord:
        fleet = Fleet(discord, tmp_path, shared)
        await fleet.add_homes(channels=3)
        fleet.variables["CURATOR_GUILD_ID"] = str(fleet.homes[1].id)
        async with fleet:
            await fleet.start()
            await fleet.wait_connected()
            report = await discord.report()
            # Discord counts the identifies of all processes together; none came too early.
            assert report["identifies"] == report["connected"] == 3
            puts = "PUT /applications/{application_id}/commands"
            assert len(await discord.requests(puts)) == 1

            # An edit in one process is an answer in the others.
            theo = Who(fleet.homes[1].channels[0]).administrator()
            edit = {"case": "li v. liu", "alias": "Zyxwvut"}
            answer = await discord.slash("catalogue alias", edit, theo)
            assert "Li v. Liu" in answer.content
            for shard in range(3):
                await fleet.find(shard, "zyxwvut", "Li v. Liu")

            # Each server subscribes in its own process; one process posts in all of them.
            for home in fleet.homes:
                editor = Who(home.channels[0]).administrator()
                chosen = {"channel": home.channels[1]}
                answer = await discord.slash("announcements subscribe", chosen, editor)
                assert f"<#{home.channels[1]}>" in answer.content
            database = await Database.open(shared)
            await publish(database, shipped_news(1))
            await _until(database, sent=3)

            # The one that announces dies, and another takes over.
            await until(lambda: fleet.announcer() is not None)
            first = fleet.announcer()
            await fleet.kill(first)
            await publish(database, shipped_news(2))
            await _until(database, sent=6)
            second = fleet.announcer()
            assert second not in (None, first)

            # A channel of another process's server that is gone: its editors hear of it.
            away = next(shard for shard in fleet.bots if shard != second)
            home = fleet.homes[away]
            await discord.delete_channel(home.channels[1])
            await publish(database, shipped_news(3))
            await _until(database, sent=8, failed=1)
            await discord.wait_sent(9)
            told = await discord.copies("no longer exists")
            assert sum(told.values()) == 1
            await database.close()
            await fleet.start(first)
            await fleet.wait_connected()
            assert await fleet.stop() == [0, 0, 0]
        got = await discord.sent()
        for home in fleet.homes:
            assert got[home.channels[1]] == (2 if home is fleet.homes[away] else 3)
        await discord.check_clean()


async def _until(database, **expected):
    async with asyncio.timeout(40):
        while await states(database) != expected:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
