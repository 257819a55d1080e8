"""A stand-in, a plain discord.py client in this process, and bare requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
from discord import app_commands

from tests.standin import launcher
from tests.standin.control import StandIn
from tests.standin.rules import Rules


@dataclass(frozen=True)
class Response:
    status: int
    headers: Any
    json: Any

    @property
    def code(self) -> int:
        return self.json["code"]


class Rest:
    """Requests as the bot, without discord.py's waiting and retrying."""

    def __init__(self, standin: StandIn, session: aiohttp.ClientSession) -> None:
        self._base = f"{standin.url}/api/v10"
        self._session = session
        self.token = standin.token

    async def __call__(self, method: str, path: str, body: Any = None) -> Response:
        headers = {"Authorization": f"Bot {self.token}"}
        request = self._session.request(method, self._base + path, json=body, headers=headers)
        async with request as response:
            is_json = response.headers.get("Content-Type") == "application/json"
            read = await response.json() if is_json else await response.text()
            return Response(response.status, response.headers, read)

    async def send(self, channel: int, content: str = "hello", **fields: Any) -> Response:
        path = f"/channels/{channel}/messages"
        return await self("POST", path, {"content": content, **fields})


StartRest = Callable[[StandIn], Awaitable[Rest]]


@pytest.fixture
async def rest_for() -> AsyncIterator[StartRest]:
    async with aiohttp.ClientSession() as session:

        async def make(standin: StandIn) -> Rest:
            return Rest(standin, session)

        yield make


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    """One that keeps Discord's own rules."""
    async with StandIn.start() as running:
        yield running


@pytest.fixture
async def rest(standin: StandIn, rest_for: StartRest) -> Rest:
    return await rest_for(standin)


class Plain(discord.Client):
    """A client with one command of each kind, and discord.py's own habits."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[discord.Interaction] = []
        self.was_ready = asyncio.Event()
        self.was_resumed = asyncio.Event()
        self.left: list[int] = []
        _add_commands(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Does not wait the 5 seconds between identifies; the rules of the test allow that."""

    async def on_ready(self) -> None:
        self.was_ready.set()

    async def on_resumed(self) -> None:
        self.was_resumed.set()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.left.append(guild.id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.seen.append(interaction)


class NameForm(discord.ui.Modal, title="A form"):
    name: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"You are {self.name.value}", ephemeral=True)


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.send_modal(NameForm())

    @discord.ui.button(label="Change", custom_id="change")
    async def change(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.edit_message(content="changed", view=None)


def _add_commands(client: Plain) -> None:
    @client.tree.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def echo(interaction: discord.Interaction, text: str, private: bool = False) -> None:
        """Say it again."""
        await interaction.response.send_message(text, ephemeral=private, view=Buttons())

    @echo.autocomplete("text")
    async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{n}", value=str(n)) for n in range(3)]

    @client.tree.command()
    @app_commands.default_permissions(manage_guild=True)
    async def slow(interaction: discord.Interaction) -> None:
        """Answer late."""
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("done", ephemeral=True)

    group = app_commands.Group(name="many", description="A group")

    @group.command()
    async def where(interaction: discord.Interaction, channel: discord.TextChannel) -> None:
        """Name a channel."""
        await interaction.response.send_message(channel.name)

    client.tree.add_command(group)


Connect = Callable[[StandIn], Any]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Gives a connected and ready `Plain` client of a stand-in for an `async with`."""
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)

    @asynccontextmanager
    async def connected(standin: StandIn) -> AsyncIterator[Plain]:
        launcher.repoint(standin.url)
        async with Plain() as client:
            running = asyncio.create_task(client.start(standin.token))
            async with asyncio.timeout(10):
                await client.was_ready.wait()
            yield client
        await running

    return connected


@pytest.fixture
def quick_rules() -> Rules:
    """Discord's rules, with times that a test can wait for."""
    return Rules(nonce_window=0.3, interaction_deadline=0.2, interaction_life=0.4)
