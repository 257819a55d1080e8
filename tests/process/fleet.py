"""Several real processes of one bot on one PostgreSQL, each with one shard."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bot.services.case_files import shipped_folder
from bot.services.shipped import load_shipped
from bot.storage import Database
from tests.standin.control import Guild, StandIn, Who
from tests.standin.process import BotProcess

IDENTIFY_SECONDS = 0.3


async def prepare(url: str) -> None:
    """Put the shipped cases into a database, so that its bots start quickly."""
    database = await Database.open(url)
    await load_shipped(database, shipped_folder() / "cases")
    await database.close()


class Fleet:
    """The processes of one bot by their shard.

    Attributes:
        variables: the environment of each.
        bots: those that run.
        homes: a server on each shard.
        logs: what each process that ended had printed.
    """

    def __init__(self, discord: StandIn, folder: Path, url: str, size: int = 3) -> None:
        self._discord = discord
        self._folder = folder
        self.variables = {
            "DATABASE_URL": url,
            "SHARD_COUNT": str(size),
            "CASEBOOK_IDENTIFY_SECONDS": str(IDENTIFY_SECONDS),
        }
        self.size = size
        self.bots: dict[int, BotProcess] = {}
        self.homes: list[Guild] = []
        self.logs: list[str] = []

    async def add_homes(self, channels: int = 2) -> None:
        """Make a server on each shard."""
        found: dict[int, Guild] = {}
        while len(found) < self.size:
            guild = await self._discord.add_guild(channels=channels)
            found.setdefault(self.shard_of(guild.id), guild)
        self.homes = [found[shard] for shard in range(self.size)]

    def shard_of(self, guild: int) -> int:
        return (guild >> 22) % self.size

    async def start(self, *shards: int) -> None:
        """Start the processes of these shards, all of them if none is named."""
        for shard in shards or range(self.size):
            variables = {**self.variables, "SHARD_IDS": str(shard)}
            bot = self._discord.bot("run", folder=self._folder, variables=variables)
            self.bots[shard] = await bot.start()

    async def wait_connected(self) -> None:
        for bot in self.bots.values():
            await bot.wait_line("Connected as", 60)

    async def kill(self, shard: int) -> None:
        bot = self.bots.pop(shard)
        await bot.kill()
        self.logs.append(bot.output)

    def announcer(self) -> int | None:
        """The shard of the process that announces, if one has said so."""
        said = [shard for shard, bot in self.bots.items() if "announces from now on" in bot.output]
        return said[-1] if said else None

    async def find(self, shard: int, query: str, caption: str, wait: float = 15.0) -> None:
        """Wait until a process answers a query with a case."""
        home = self.homes[shard]
        async with asyncio.timeout(wait):
            while True:
                answer = await self._ask(home, query)
                if answer == caption:
                    return
                await asyncio.sleep(0.1)

    async def _ask(self, home: Guild, query: str) -> str | None:
        asker = await self._discord.add_user("asker")  # the bot slows one person down
        answer = await self._discord.slash("case", {"query": query}, Who(home.channels[0], asker))
        return answer.embeds[0]["title"] if answer.embeds else None

    async def stop(self) -> list[int]:
        """End all that run; gives their exit codes."""
        bots = [*self.bots.values()]
        self.bots.clear()
        codes = await asyncio.gather(*(bot.stop() for bot in bots))
        self.logs += [bot.output for bot in bots]
        return [*codes]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with contextlib.suppress(TimeoutError):
            await self.stop()
        if kind is not None:
            print("\n\n".join(self.logs))


async def until(condition: Callable[[], object], wait: float = 30.0) -> None:
    """Wait until something is so in another process."""
    async with asyncio.timeout(wait):
        while not condition():  # noqa: ASYNC110 - nothing here could tell
            await asyncio.sleep(0.05)
