"""Several processes on one PostgreSQL, and how many servers one process holds.

    python -m benchmarks.processes [--servers 100 2000 10000]

First: how long it takes from a commit in one process until another one answers `/case` with it.
Then, for each number of servers: what a process of the real bot needs, against the stand-in.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.storage import Database
from tests.databases import missing_postgresql, new_postgresql_database, postgresql_server
from tests.process.fleet import prepare
from tests.standin.control import StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules

_MB = 1_000_000
_LEAST_A_SHARD = 2000
"""Servers a shard; Discord refuses more than 2,500."""
_EVENTS = 2000
_CURATORS = 77
_QUICK = "0.05"
"""Seconds between two identifies here; on Discord they are five."""


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def refresh(url: str, commits: int) -> None:
    """Measure from the commit here until a bot in another process answers with it."""
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(url)
        desk = Desk.on(database, await Catalogue.load(database), _CURATORS)
        editor = Actor(7, _CURATORS, manages_server=True)
        ids = [record.id for record in desk.catalogue.records(PUBLIC)]
        async with StandIn.start(Rules(identify_interval=0.0)) as discord:
            guild = await discord.add_guild()
            variables = {"DATABASE_URL": url, "BACKUP_EVERY": "0"}
            async with discord.bot("run", folder=Path(folder), variables=variables) as bot:
                await discord.wait_connected(bot)
                took: list[float] = []
                for number in range(commits):
                    await asyncio.sleep(dice.uniform(0.0, 1.0))
                    alias = f"Zq{number:03}x{dice.randrange(10**6):06}"
                    await desk.records.add_alias(editor, dice.choice(ids), alias)
                    committed = time.perf_counter()
                    await _until_answered(discord, guild.channels[0], alias)
                    took.append(time.perf_counter() - committed)
        await desk.ledger.close()
        await database.close()
    took.sort()
    print(
        f"commit in one process → answer of another, {commits} commits: "
        f"p50 {_quantile(took, 0.5):.2f} s, p99 {_quantile(took, 0.99):.2f} s, "
        f"longest {took[-1]:.2f} s"
    )


async def _until_answered(discord: StandIn, channel: int, alias: str) -> None:
    while True:
        asker = await discord.add_user("asker")  # the bot slows one person down
        answer = await discord.slash("case", {"query": alias}, Who(channel, asker))
        if answer.embeds:
            return
        await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Held:
    """What a process with so many servers needed."""

    servers: int
    shards: int
    seconds: float
    start_cpu: float
    resident: int
    idle_cpu: float
    event_cpu: float
    case_cpu: float


async def hold(url: str, servers: int) -> Held:
    """Measure one process with so many servers of ten channels each."""
    shards = -(-servers // _LEAST_A_SHARD)
    rules = Rules(identify_interval=0.0, shards=shards, kept_requests=1000)
    async with StandIn.start(rules) as discord:
        guilds = await discord.add_guilds(servers, channels=10)
        with tempfile.TemporaryDirectory() as folder:
            variables = {
                "DATABASE_URL": url,
                "CASEBOOK_IDENTIFY_SECONDS": _QUICK,
                "BACKUP_EVERY": "0",
            }
            began = time.perf_counter()
            async with discord.bot("run", folder=Path(folder), variables=variables) as bot:
                await bot.wait_line("Connected as", 300)
                seconds, start_cpu = time.perf_counter() - began, bot.cpu_seconds()
                await asyncio.sleep(10)  # what is done once at the start ends
                resident, before = bot.resident_bytes(), bot.cpu_seconds()
                await asyncio.sleep(20)
                idle = (bot.cpu_seconds() - before) / 20
                event = await _cost_of_an_event(discord, bot, guilds[0].id, guilds[0].channels[1])
                case = await _cost_of_a_case(discord, bot, guilds[0].channels[0])
    return Held(servers, shards, seconds, start_cpu, resident, idle, event, case)


async def _cost_of_an_event(discord: StandIn, bot: BotProcess, guild: int, channel: int) -> float:
    """Processor time for a channel that somebody renamed, in seconds."""
    before = bot.cpu_seconds()
    for number in range(_EVENTS):
        body = {
            "id": str(channel),
            "guild_id": str(guild),
            "type": 0,
            "name": f"channel-{number}",
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "parent_id": None,
        }
        await discord.dispatch("CHANNEL_UPDATE", body, guild)
    await asyncio.sleep(2)
    return (bot.cpu_seconds() - before) / _EVENTS


async def _cost_of_a_case(discord: StandIn, bot: BotProcess, channel: int) -> float:
    queries = ("getty", "zarya", "beijing", "thaler", "bartz", "midjourney", "monkey selfie")
    await discord.load("case", "query", queries, Who(channel), count=200)
    before = bot.cpu_seconds()
    load = await discord.load("case", "query", queries, Who(channel), seconds=4.0)
    return (bot.cpu_seconds() - before) / load.answered


def _row(held: Held) -> str:
    return (
        f"| {held.servers:,} | {held.shards} | {held.seconds:.1f} s | {held.start_cpu:.1f} s "
        f"| {held.resident / _MB:.0f} MB | {100 * held.idle_cpu:.1f} % "
        f"| {1000 * held.event_cpu:.2f} ms | {1000 * held.case_cpu:.2f} ms |"
    )


async def measure(commits: int, servers: Sequence[int]) -> None:
    """Measure and print."""
    with postgresql_server() as socket:
        if commits:
            await refresh(await _installation(socket), commits)
        if servers:
            print(
                "\n| servers | shards | start | CPU of it | resident | idle | an event | a /case |"
            )
            print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for count in servers:
            print(_row(await hold(await _installation(socket), count)), flush=True)


async def _installation(socket: Path) -> str:
    url = await new_postgresql_database(socket)
    await prepare(url)
    return url


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.processes", description=__doc__)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--servers", type=int, nargs="*", default=[])
    parsed = parser.parse_args(arguments)
    if reason := missing_postgresql():
        print(f"Not measured: {reason}")
        return 0
    asyncio.run(measure(parsed.commits, parsed.servers))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
