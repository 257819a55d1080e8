"""The real bot as a process, against a stand-in of Discord in another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.standin.control import Guild, StandIn
from tests.standin.process import BotProcess
from tests.standin.rules import Rules


@pytest.fixture
def rules() -> Rules:
    """What this Discord lets a bot do: identify as often as a test starts it."""
    return Rules(identify_interval=0.0)


@pytest.fixture
async def discord(rules: Rules) -> AsyncIterator[StandIn]:
    """At the end no body that it had to refuse, and no route that it does not know, was sent."""
    async with StandIn.start(rules) as running:
        yield running
        await running.check_clean()


@pytest.fixture
async def guild(discord: StandIn) -> Guild:
    return await discord.add_guild("The server", channels=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bot's working folder and data folder, far from this checkout."""
    return tmp_path / "data"


@pytest.fixture
async def bot(discord: StandIn, guild: Guild, folder: Path) -> AsyncIterator[BotProcess]:
    """`casebook run`, connected."""
    async with discord.bot("run", folder=folder) as process:
        await discord.wait_connected(process)
        yield process
