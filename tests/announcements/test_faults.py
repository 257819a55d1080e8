"""A real bot that announces to a Discord that fails: nothing is lost and nothing is there twice."""

import asyncio
import os

import pytest

from tests.announcements.world import publish, shipped_news, states, subscribe
from tests.standin.control import StandIn
from tests.standin.rules import Rules

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
COUNTS = {"sqlite": (80, 20, 1, 6), "postgresql": (40, 8, 0, 3)}
"""Channels, faults, answers that block all, and how many kinds of faults there are at least."""
CHANCE = 0.05


@pytest.mark.soak
@pytest.mark.timeout(3600 if SOAK else 120)
async def test_with_every_fault_each_channel_has_the_announcement_once(engine, installation):
    # An end to the faults, or the unluckiest delivery waits for its fifteenth try for over an hour.
    soak = (2000, 2000, 25, 10)
    all_channels, faults, blocks, least = soak if SOAK else COUNTS[engine]
    seed = int.from_bytes(os.urandom(4))
    print("seed", seed)
    async with StandIn.start(Rules(identify_interval=0.0)) as discord:
        guilds = await discord.add_guilds(all_channels // 10, channels=10)
        channels = [channel for guild in guilds for channel in guild.channels]
        async with installation.database() as database:
            homes = [guild.id for guild in guilds for _ in guild.channels]
            await subscribe(database, channels, guild=homes)
            await publish(database, shipped_news(seed))
        kinds = ("500_before", "500_after", "503", "reset_before", "reset_after")
        kinds += ("timeout_before", "timeout_after", "429", "429_global")
        chances = dict.fromkeys(kinds, CHANCE)
        route = "/channels/{channel_id}/messages$"
        # Each of these stops everything for five seconds or more, as a beginning ban should.
        blocked = {"429_without_via": CHANCE}
        await discord.inject(blocked, seed=seed, route=route, times=blocks)
        await discord.inject(
            chances, seed=seed, route=route, times=faults, hold=1.0, retry_after=0.3
        )
        async with installation.bot(discord) as bot:
            async with installation.database() as database:
                while set(await states(database)) != {"sent"}:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            assert await bot.stop() == 0
        got = await discord.sent()
        report = await discord.report()
        await discord.check_clean()
    print(report["faults"], report["absorbed_repeats"], report["invalid_in_ten_minutes"])
    assert got == dict.fromkeys(channels, 1)
    assert len(report["faults"]) >= least
    assert report["invalid_in_ten_minutes"] <= 300
