"""Three processes on one PostgreSQL, killed at random while one announces and cases are edited."""

import asyncio
import os
import random

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.storage import Database
from tests.announcements.world import publish, shipped_news, states, subscribe, targets_in
from tests.databases import new_postgresql_database, postgresql
from tests.process.fleet import Fleet, prepare
from tests.standin.control import StandIn
from tests.standin.rules import Rules
from tests.standin.world import READ_MESSAGE_HISTORY

__all__ = ["postgresql"]

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
KILLS, CHANNELS, EDITS, RATE = (50, 2000, 500, 20) if SOAK else (3, 60, 20, 8)
NONCE_WINDOW = 3.0


class Editor:
    """Edits random cases from a process of its own, which nobody kills."""

    def __init__(self, database: Database, desk: Desk, dice: random.Random) -> None:
        self.database = database
        self.desk = desk
        self.dice = dice
        self.newest: dict[str, str] = {}

    async def edit(self, count: int) -> None:
        actor = Actor(7, 77, manages_server=True)
        ids = [record.id for record in self.desk.catalogue.records(PUBLIC)]
        for number in range(count):
            case_id = self.dice.choice(ids)
            alias = f"Zq{number:03}x{self.dice.randrange(10**6):06}"
            await self.desk.records.add_alias(actor, case_id, alias)
            self.newest[case_id] = alias
            await asyncio.sleep(0)


async def _life(fleet: Fleet, dice: random.Random, goal: int, discord: StandIn) -> None:
    """Let some messages go out, kill a process, and start it again at once."""
    await discord.wait_sent(goal, 120)
    await asyncio.sleep(dice.uniform(0.0, 0.1))
    announcer = fleet.announcer()
    victim = dice.choice([*fleet.bots])
    if announcer is not None and dice.random() < 0.6:
        victim = announcer
    await fleet.kill(victim)
    await fleet.start(victim)


@pytest.mark.soak
@pytest.mark.timeout(3600 if SOAK else 120)
async def test_killed_at_random_each_channel_has_it_once_and_all_know_the_same(
    postgresql, tmp_path
):
    seed = int.from_bytes(os.urandom(4))
    print("seed", seed)
    dice = random.Random(seed)
    url = await new_postgresql_database(postgresql)
    await prepare(url)
    rules = Rules(nonce_window=NONCE_WINDOW, latency=0.02, identify_interval=0.0)
    async with StandIn.start(rules) as discord:
        fleet = Fleet(discord, tmp_path, url)
        fleet.variables |= {"ANNOUNCE_RATE": str(RATE), "BACKUP_EVERY": "0"}
        await fleet.add_homes(channels=1)
        guilds = await discord.add_guilds(CHANNELS // 10, channels=10)
        channels = [channel for guild in guilds for channel in guild.channels]
        unreadable = dice.sample(channels, CHANNELS // 20)
        for channel in unreadable:
            await discord.deny_bot(channel, READ_MESSAGE_HISTORY)
        database = await Database.open(url)
        homes = [guild.id for guild in guilds for _ in guild.channels]
        await subscribe(database, channels, guild=homes)
        desk = Desk.on(database, await Catalogue.load(database), 77)
        editor = Editor(database, desk, dice)

        async with fleet:
            await fleet.start()
            await fleet.wait_connected()
            await publish(database, shipped_news(seed))
            for kill in range(KILLS):
                goal = (kill + 1) * (CHANNELS - 20) // (KILLS + 1)
                share = EDITS * (kill + 1) // KILLS - EDITS * kill // KILLS
                await asyncio.gather(_life(fleet, dice, goal, discord), editor.edit(share))
            while set(await states(database)) & {"waiting", "sending"}:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            done = await states(database)
            unconfirmed = await targets_in(database, DeliveryState.UNCONFIRMED)
            await fleet.wait_connected()
            # What each process knows, as its members see it.
            for case_id, alias in editor.newest.items():
                caption = desk.catalogue.get(case_id, PUBLIC).case().title
                for shard in range(fleet.size):
                    await fleet.find(shard, alias, caption)
            assert await fleet.stop() == [0, 0, 0]
        got = await discord.sent()
        report = await discord.report()
        await discord.check_clean()
        await desk.ledger.close()
        await database.close()

    print(done, "absorbed by the nonce:", report["absorbed_repeats"])
    assert max(got.values()) == 1
    missing = {channel for channel in channels if channel not in got}
    assert missing <= unconfirmed <= set(unreadable)
    assert done.get("sent", 0) + len(unconfirmed) == CHANNELS
    assert report["invalid"]["429"] == 0
