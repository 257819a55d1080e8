"""A server that removes the bot, and one in an outage, as a real process sees them."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.departures import Departure
from bot.domain.retention import ServerData
from bot.storage import Database, departures, forgetting, servers, tables
from bot.storage.servers import ServerSettings
from tests.announcements.world import Installation
from tests.standin.control import Guild, StandIn, Who
from tests.standin.process import BotProcess

SETTINGS = ServerData(settings=1)


@pytest.fixture
async def installation(folder: Path) -> Installation:
    made = Installation(folder, f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}")
    await made.prepare()
    return made


async def add_server(discord: StandIn, installation: Installation) -> int:
    """A server that chose something; its id."""
    made = await discord.add_guild("Another server")
    async with installation.database() as database, database.write() as tx:
        await servers.put_settings(tx, made.id, ServerSettings(editor_role=1))
    return made.id


@asynccontextmanager
async def running(
    discord: StandIn, folder: Path, guild: Guild
) -> AsyncIterator[tuple[BotProcess, Who]]:
    """The bot, once Discord has told it of every server."""
    async with discord.bot("run", folder=folder) as bot:
        await bot.wait_line("Connected as")
        yield bot, Who(guild.channels[0])
    await discord.wait_connected(shards=0)


async def known(installation: Installation) -> dict[int, Departure]:
    async with installation.database() as database, database.read() as tx:
        return await departures.every(tx)


async def data_of(database: Database, guild: int) -> ServerData:
    async with database.read() as tx:
        return await forgetting.server_data(tx, guild)


async def answered(discord: StandIn, who: Who) -> bool:
    """Whether it answers; what the gateway sent before has then been handled."""
    return bool((await discord.slash("case", {"query": "beijing"}, who)).embeds)


async def test_an_outage_is_no_removal_and_a_removal_is_taken_back_by_a_return(
    discord: StandIn, guild: Guild, folder: Path, installation: Installation
) -> None:
    other = await add_server(discord, installation)
    async with running(discord, folder, guild) as (bot, who):
        await discord.remove_guild(other, outage=True)
        assert await answered(discord, who)
        assert await known(installation) == {}
        await discord.return_guild(other)
        await discord.remove_guild(other)
        await bot.wait_line(f"Server {other} removed the bot")
        assert (await known(installation))[other].is_certain
        await discord.return_guild(other)
        await bot.wait_line(f"Server {other} is there again")
        assert await known(installation) == {}


async def test_absent_from_two_full_starts_it_is_deleted_thirty_days_later(
    discord: StandIn, guild: Guild, folder: Path, installation: Installation
) -> None:
    other = await add_server(discord, installation)
    ill = await add_server(discord, installation)
    await discord.remove_guild(other)  # the bot is not there to hear of it
    # Discord names this one at each start, and then says nothing of it.
    await discord.remove_guild(ill, outage=True)
    async with running(discord, folder, guild) as (bot, _):
        await bot.wait_line(f"Server {other} is not there, for the first time")
        [departure] = (await known(installation)).values()
        assert (departure.guild, departure.absences) == (other, 1)
    async with running(discord, folder, guild) as (bot, _):
        await bot.wait_line(f"Server {other} is not there; gone since")
    async with installation.database() as database:
        assert await data_of(database, other) == SETTINGS
        async with database.write() as tx:
            [departure] = (await departures.every(tx)).values()
            earlier = departure.since - dt.timedelta(days=30)
            await tx.execute(sa.update(tables.departures).values(since=earlier))
    async with running(discord, folder, guild) as (bot, _):
        await bot.wait_line("its data is deleted: 1 setting")
    async with installation.database() as database:
        assert await data_of(database, other) == ServerData()
        assert await data_of(database, ill) == SETTINGS
    assert await known(installation) == {}
    assert str(ill) not in bot.output
