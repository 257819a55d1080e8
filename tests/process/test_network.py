"""The network is cut, or the gateway starts over, while a real bot announces: nothing twice."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.announcements.world import Installation, publish, shipped_news, states, subscribe
from tests.process.test_health import casebook_health, free_port, until_ready, wrong
from tests.standin.control import Guild, StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
SECONDS, CHANNELS = (300, 2000) if SOAK else (3, 120)
BACK_WITHIN = 75.0
"""Seconds: the longest wait between two attempts to connect, and the attempt."""
DELIVERED_WITHIN = 180.0 if SOAK else 60.0
"""Seconds: for the longest pause while nothing is answered, and all channels at the set rate."""


@asynccontextmanager
async def announcing(folder: Path, channels: int = CHANNELS):
    """A Discord and an installation with one announcement that has still to go everywhere."""
    url = f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}"
    installation = Installation(folder, url)
    await installation.prepare()
    rules = Rules(identify_interval=0.0, latency=0.02)
    async with StandIn.start(rules) as discord:
        guilds = await discord.add_guilds(channels // 10, channels=10)
        async with installation.database() as database:
            homes = [guild.id for guild in guilds for _ in guild.channels]
            places = [channel for guild in guilds for channel in guild.channels]
            await subscribe(database, places, guild=homes)
            await publish(database, shipped_news(7))
        yield discord, installation, guilds
        await discord.check_clean()


async def until_sent(installation: Installation, bot: BotProcess, wait: float) -> None:
    async def look() -> None:
        async with installation.database() as database:
            while set(await states(database)) != {"sent"}:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)

    async with asyncio.timeout(wait):
        await bot.while_running(look())


async def everywhere_once(discord: StandIn, guilds: list[Guild]) -> None:
    got = await discord.sent()
    assert got == {channel: 1 for guild in guilds for channel in guild.channels}
    assert max((await discord.copies("· A-1")).values()) == 1


@pytest.mark.soak
@pytest.mark.timeout(2400 if SOAK else 120)
async def test_a_cut_network_is_survived_and_announced_after_it(tmp_path: Path) -> None:
    port = free_port()
    async with announcing(tmp_path) as (discord, installation, guilds):
        variables = {"METRICS_PORT": str(port)}
        async with discord.bot("run", folder=tmp_path, variables=variables) as bot:
            await discord.wait_sent(CHANNELS // 3)
            await discord.cut_network()
            assert "shard 0" in wrong(await until_ready(port, bot, 503))["gateway"]
            assert (await casebook_health(tmp_path, port, "--live")).returncode == 0
            await asyncio.sleep(SECONDS)  # the outage itself
            assert bot.running
            before = sum((await discord.sent()).values())
            assert before < CHANNELS
            mended = time.monotonic()
            await discord.cut_network(cut=False)
            await discord.wait_connected(bot, wait=BACK_WITHIN)
            back = time.monotonic() - mended
            await until_ready(port, bot)
            who = Who(guilds[0].channels[0])
            assert (await discord.slash("case", {"query": "getty"}, who)).embeds
            await until_sent(installation, bot, DELIVERED_WITHIN)
            done = time.monotonic() - mended
            print(f"{SECONDS} s without network: back after {back:.1f} s, all after {done:.1f} s")
            assert await bot.stop() == 0
        await everywhere_once(discord, guilds)
        report = await discord.report()
    assert report["invalid_in_ten_minutes"] == 0


async def _dropped(discord: StandIn) -> None:
    await discord.drop()


async def _forgotten(discord: StandIn) -> None:
    await discord.drop(code=4000, invalidate=True)


async def _asked_to_reconnect(discord: StandIn) -> None:
    await discord.ask_to_reconnect()


async def _invalidated(discord: StandIn) -> None:
    await discord.invalidate()


TROUBLES = [_dropped, _invalidated] + ([_asked_to_reconnect, _forgotten] if SOAK else [])


@pytest.mark.soak
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_is_being_announced_goes_on_while_the_gateway_starts_over(
    tmp_path: Path, trouble: Callable[[StandIn], Awaitable[None]]
) -> None:
    anew = trouble in {_forgotten, _invalidated}
    async with announcing(tmp_path, 60) as (discord, installation, guilds):
        async with discord.bot("run", folder=tmp_path) as bot:
            await discord.wait_sent(10)
            await trouble(discord)
            await until_sent(installation, bot, 60)
            async with asyncio.timeout(30):
                while True:
                    report = await discord.report()
                    if report["connected"] == 1 and report["identifies"] + report["resumes"] == 2:
                        break
                    await asyncio.sleep(0.05)
            who = Who(guilds[0].channels[0])
            assert (await discord.slash("case", {"query": "getty"}, who)).embeds
            assert await bot.stop() == 0
        await everywhere_once(discord, guilds)
    assert (report["identifies"], report["resumes"]) == ((2, 0) if anew else (1, 1))
    assert "interrupted" not in bot.output  # nothing was taken up as if another process had died
