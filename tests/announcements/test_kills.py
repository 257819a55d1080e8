"""A real bot that announces, killed for real at random moments: each channel has it once."""

import asyncio
import os
import random

import pytest

from bot.domain.deliveries import DeliveryState
from tests.announcements.world import publish, shipped_news, states, subscribe, targets_in
from tests.standin.control import StandIn
from tests.standin.rules import Rules
from tests.standin.world import READ_MESSAGE_HISTORY

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
COUNTS = {"sqlite": (4, 120), "postgresql": (3, 60)}
"""Kills and channels; on PostgreSQL `tests/process/test_several_kills.py` does more."""
NONCE_WINDOW = 4.0 if SOAK else 2.5


@pytest.mark.soak
@pytest.mark.timeout(1800 if SOAK else 120)
async def test_killed_at_random_each_channel_has_the_announcement_once(engine, installation):
    kills, all_channels = (100, 2000) if SOAK else COUNTS[engine]
    seed = int.from_bytes(os.urandom(4))
    print("seed", seed)
    dice = random.Random(seed)
    rules = Rules(nonce_window=NONCE_WINDOW, latency=0.02, identify_interval=0.0)
    async with StandIn.start(rules) as discord:
        guilds = await discord.add_guilds(all_channels // 10, channels=10)
        channels = [channel for guild in guilds for channel in guild.channels]
        unreadable = dice.sample(channels, all_channels // 20)
        for channel in unreadable:
            await discord.deny_bot(channel, READ_MESSAGE_HISTORY)
        async with installation.database() as database:
            homes = [guild.id for guild in guilds for _ in guild.channels]
            await subscribe(database, channels, guild=homes)
            await publish(database, shipped_news(seed))

        step = (all_channels - 20) // kills
        for kill in range(kills):
            bot = installation.bot(discord)
            await bot.start()
            await discord.wait_sent(kill * step + dice.randint(1, step))
            await asyncio.sleep(dice.uniform(0.0, 0.03))
            await bot.kill()
            if kill % 5 == 2:  # else the next start is about as late as the nonce's window is long
                await asyncio.sleep(NONCE_WINDOW)
        async with installation.bot(discord) as bot:
            async with installation.database() as database:
                while set(await states(database)) & {"waiting", "sending"}:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
                unconfirmed = await targets_in(database, DeliveryState.UNCONFIRMED)
                done = await states(database)
            assert await bot.stop() == 0
        got = await discord.sent()
        await discord.check_clean()
        report = await discord.report()

    print(done, "absorbed by the nonce:", report["absorbed_repeats"])
    assert max(got.values()) == 1
    missing = {channel for channel in channels if channel not in got}
    assert missing <= unconfirmed <= set(unreadable)
    assert done.get("sent", 0) + len(unconfirmed) == all_channels
    assert report["invalid"]["429"] == 0
