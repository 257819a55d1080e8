"""PostgreSQL is stopped for a while: lookups go on, writers are told, nothing committed is lost."""

import asyncio
import os

import pytest

from bot.domain.permissions import Actor
from bot.domain.records import public_id
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.storage import Database
from tests.announcements.world import publish, shipped_news, states, subscribe
from tests.databases import (
    missing_postgresql,
    new_postgresql_database,
    own_postgresql_server,
)
from tests.process.fleet import prepare
from tests.standin.control import StandIn, Who
from tests.standin.rules import Rules

AWAY = 60.0 if os.environ.get("CASEBOOK_SOAK") == "1" else 2.0
CHANNELS = 30


@pytest.mark.soak
@pytest.mark.timeout(240)
@pytest.mark.skipif(missing_postgresql() is not None, reason=str(missing_postgresql()))
async def test_stopped_and_started_again_everything_goes_on(tmp_path):
    with own_postgresql_server() as server:
        url = await new_postgresql_database(server.socket)
        await prepare(url)
        async with StandIn.start(Rules(identify_interval=0.0)) as discord:
            guild = await discord.add_guild(channels=CHANNELS)
            database = await Database.open(url)
            await subscribe(database, guild.channels, guild=guild.id)
            await publish(database, shipped_news(1))
            variables = {
                "DATABASE_URL": url,
                "CURATOR_GUILD_ID": str(guild.id),
                "ANNOUNCE_RATE": "10",
            }
            theo = Who(guild.channels[0]).administrator()
            async with discord.bot("run", folder=tmp_path, variables=variables) as bot:
                await discord.wait_sent(5)
                edit = {"case": "li v. liu", "alias": "Zyxwvut"}
                assert "Li v. Liu" in (await discord.slash("catalogue alias", edit, theo)).content

                for how in ("fast", "immediate"):
                    server.stop(how)
                    refused = {"case": "li v. liu", "alias": f"Lost in {how}"}
                    answer = await discord.slash("catalogue alias", refused, theo)
                    assert "records cannot be reached right now" in answer.content
                    answer = await discord.slash("announcements list", who=theo)
                    assert "records cannot be reached right now" in answer.content
                    await asyncio.sleep(AWAY)
                    answer = await discord.slash("case", {"query": "zyxwvut"}, theo)
                    assert answer.embeds[0]["title"] == "Li v. Liu"
                    server.start()
                    kept = {"case": "li v. liu", "alias": f"Kept after {how}"}
                    answer = await discord.slash("catalogue alias", kept, theo)
                    assert "Li v. Liu" in answer.content

                # What another process commits now is noticed.
                catalogue = await Catalogue.load(database)
                desk = Desk.on(database, catalogue, guild.id)
                editor = Actor(7, guild.id, manages_server=True)
                await desk.records.add_alias(editor, public_id("li-v-liu"), "Qponmlk")
                async with asyncio.timeout(10):
                    asked = {"query": "qponmlk"}
                    while not (await discord.slash("case", asked, theo)).embeds:  # noqa: ASYNC110
                        await asyncio.sleep(0.5)

                async with asyncio.timeout(60):
                    while await states(database) != {"sent": CHANNELS}:  # noqa: ASYNC110
                        await asyncio.sleep(0.2)
                aliases = catalogue.get(public_id("li-v-liu"), 0).case().aliases
                assert {"Zyxwvut", "Kept after fast", "Kept after immediate"} <= {*aliases}
                assert not [alias for alias in aliases if alias.startswith("Lost")]
                assert await bot.stop() == 0
            await database.close()
            assert await discord.sent() == dict.fromkeys(guild.channels, 1)
            await discord.check_clean()
        assert "Traceback" not in bot.output, bot.output
