"""One announcement to many channels: rate, refusals, processor time, stalls, and /case meanwhile.

The real bot in a process of its own, on SQLite, against the stand-in, which keeps Discord's 50
requests a second; beside it a plain `gather(channel.send …)` against the same stand-in.
"""

import argparse
import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.announcements.world import Installation, publish, shipped_news, subscribe
from tests.standin.control import StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules

_A_GUILD = 10
_QUERIES = ("getty", "zarya", "beijing", "thaler", "bartz")
_PROBE_AFTER = 12.0
_STEP = 500
_TOLD_AT = (2_000, 10_000, 12_000)
"""At how many channels it is told what the last thousand sends took."""


@dataclass(frozen=True)
class Point:
    """How far it was at one moment."""

    at: float
    sent: int
    cpu: float


async def _watch(discord: StandIn, bot: BotProcess, total: int) -> list[Point]:
    points: list[Point] = []
    for sent in [1, *range(_STEP, total, _STEP), total]:
        await bot.while_running(discord.wait_sent(sent, wait=total))
        points.append(Point(time.perf_counter(), sent, bot.cpu_seconds()))
    return points


async def _ask(discord: StandIn, channel: int, times: list[float]) -> None:
    while True:
        for query in _QUERIES:
            answer = await discord.slash("case", {"query": query}, Who(channel))
            if answer.milliseconds is not None:
                times.append(answer.milliseconds)
            await asyncio.sleep(0.5)


async def fan_out(channels: int, rate: float) -> None:
    """Measure the bot and print a line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'casebook.sqlite3'}"
        installation = Installation(Path(folder), url)
        await installation.prepare()
        async with StandIn.start(Rules(identify_interval=0.0, latency=0.05)) as discord:
            guilds = await discord.add_guilds(channels // _A_GUILD, channels=_A_GUILD)
            everywhere = [channel for guild in guilds for channel in guild.channels]
            async with installation.database() as database:
                homes = [guild.id for guild in guilds for _ in guild.channels]
                await subscribe(database, everywhere, guild=homes)
                begin = time.perf_counter()
                await publish(database, shipped_news(1))
                print(f"writing the deliveries: {(time.perf_counter() - begin) * 1000:.0f} ms")
            command = ("-m", "benchmarks.probed_bot", str(_PROBE_AFTER))
            variables = {
                "DATABASE_URL": installation.url,
                "ANNOUNCE_RATE": str(rate),
                "LOG_LEVEL": "WARNING",
            }
            bot = discord.bot(*command, folder=installation.folder, variables=variables)
            times: list[float] = []
            async with bot:
                await discord.wait_sent(1)
                asking = asyncio.create_task(_ask(discord, everywhere[0], times))
                points = await _watch(discord, bot, channels)
                asking.cancel()
                os.kill(bot.pid, signal.SIGUSR1)
                _, late, worked = (await bot.wait_line("PROBE")).split()
                await bot.stop()
            report = await discord.report()
            once = set((await discord.sent()).values()) == {1}
        stalls = f"{late} ms; longest that it worked: {worked} ms"
        _print(points, rate, times, report["invalid"]["429"], stalls, once=once)


def _print(
    points: Sequence[Point],
    rate: float,
    times: list[float],
    refused: int,
    stalls: str,
    *,
    once: bool,
) -> None:
    first, last = points[0], points[-1]
    sustained = (last.sent - first.sent) / (last.at - first.at)
    busy = (last.cpu - first.cpu) / (last.at - first.at)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"channels: {last.sent:,}, each once: {once}")
    print(f"rate: {sustained:.2f} a second, {sustained / rate:.3f} of the {rate:g} that are set")
    print(f"answers 429: {refused}")
    print(f"processor: {busy:.1%} of a core, /case and the probe included")
    for earlier, later in zip(points, points[2:], strict=False):
        if later.sent in _TOLD_AT:
            each = (later.cpu - earlier.cpu) / (later.sent - earlier.sent)
            print(f"  a send at {later.sent:,} channels: {each * 1000:.2f} ms")
    print(f"longest stall of the event loop: {stalls}")
    times.sort()
    if times:
        middle, worst = times[len(times) // 2], times[-1]
        print(f"/case meanwhile: {len(times)} asked, median {middle:.1f} ms, worst {worst:.1f} ms")


async def naive(channels: int) -> None:
    """Measure the plain way and print it."""
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn.start(Rules(identify_interval=0.0, latency=0.05)) as discord:
            await discord.add_guilds(channels // _A_GUILD, channels=_A_GUILD)
            bot = discord.bot("-m", "benchmarks.naive_fan_out", folder=Path(folder))
            async with bot:
                line = await bot.wait_line("NAIVE", wait=300.0)
                await bot.stop()
            report = await discord.report()
    _, sent, lost, seconds = line.split()
    print(
        f"gather(channel.send): {sent} channels, {lost} lost, {report['invalid']['429']} answers "
        f"429, {seconds} s"
    )


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=12_000)
    parser.add_argument("--rate", type=float, default=48.0)
    parser.add_argument("--naive", type=int, default=1_000, help="channels for the plain way")
    parsed = parser.parse_args()
    asyncio.run(fan_out(parsed.channels, parsed.rate))
    asyncio.run(naive(parsed.naive))


if __name__ == "__main__":
    main()
