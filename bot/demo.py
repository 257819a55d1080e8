"""The real bot in a local page, with no Discord account and no token.

simcord models Discord in this process and serves one channel at a time as a page. Our own small
server in front of it changes the channel: a link closes that page, opens it on the other channel
at the same port and sends the browser there.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import simcord
from aiohttp import web
from simcord import interactions
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.env import Env
from simcord.preview import Preview

from bot.app import App, open_app
from bot.chat.permissions import moderator as moderator_permissions
from bot.settings import CannotStartError

_HOST = "127.0.0.1"
_SERVER_NAME = "casebook-demo"
_OPENING_QUERY = "beijing"
_WELCOME = (
    "Welcome! This is the real bot in a simulated server. Type `/case` in the box below and press "
    "the buttons under an answer. The menu above the messages changes who you are: the moderator "
    "has `/catalogue add` and `/catalogue ruling`, whose *Publish and announce* posts in "
    "#announcements. "
    "Go to [#general]({address}/general) or [#announcements]({address}/announcements)."
)


@dataclass(frozen=True, slots=True)
class Server:
    """The simulated Discord server that the demo shows."""

    env: Env
    channels: dict[str, ChannelHandle]
    """By name, the first one shown first."""
    member: MemberActor
    moderator: MemberActor


async def run_demo(
    port: int, say: Callable[[str], None], show: Callable[[dict[str, Any]], None], *, browser: bool
) -> None:
    """Serve the demo until Ctrl+C or SIGTERM.

    Args:
        port: where our page is; the simulated channel is served at the next port.
        say: prints a line in the terminal.
        show: prints the bot's opening answer in the terminal.
        browser: whether to open the owner's browser.

    Raises:
        CannotStartError: if a demo is running already, or the ports are taken.
    """
    address = f"http://{_HOST}:{port}"
    await _refuse_second_demo(port, address)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="casebook-demo-"))
        database = f"sqlite+aiosqlite:///{Path(folder) / 'demo.sqlite3'}"
        app = await stack.enter_async_context(open_app(database))
        server = await stack.enter_async_context(simulated_server(app, address))
        pages = await stack.enter_async_context(_ChannelPages(server, port + 1))
        await stack.enter_async_context(_serve(pages, port))
        show(app.answer(_OPENING_QUERY))
        say(f"The demo is open at {address}/ (all channels: {address}/channels)")
        say("Press Ctrl+C to end it.")
        if browser:
            await asyncio.to_thread(_open_browser, address)
        await stop.wait()


@asynccontextmanager
async def simulated_server(app: App, address: str) -> AsyncGenerator[Server]:
    """A server with two channels, a member and a moderator, and one question answered.

    The second channel hears of all that is announced.

    Args:
        app: the services that the bot answers from.
        address: where the page with all channels is, for the links in the welcome message.
    """
    install_in_servers()
    async with simcord.run(app.client(shard_count=1), check_errors=False) as env:
        if env.bot.user is not None:
            await env.bot.user.edit(username="Casebook")
        guild = env.create_guild("AI & Copyright Forum")
        app.name_curators(guild.id)
        channels = {
            "general": guild.create_text_channel("general"),
            "announcements": guild.create_news_channel("announcements"),
        }
        moderators = guild.create_role("Moderators", permissions=moderator_permissions())
        member = guild.add_member(env.create_user("mia", global_name="Mia (member)"))
        moderator = guild.add_member(
            env.create_user("theo", global_name="Theo (moderator)"), roles=[moderators]
        )
        for channel in channels.values():
            await moderator.send(channel, _WELCOME.format(address=address))
        place = channels["announcements"]
        await moderator.slash(place, "announcements subscribe", channel=place)
        await member.slash(channels["general"], "case", query=_OPENING_QUERY)
        yield Server(env, channels, member, moderator)


def install_in_servers() -> None:
    """Let simcord say, as Discord does, that a server that the bot is in installed it.

    It leaves the field `authorizing_integration_owners` empty, which means that nobody did, and
    then no server has cases of its own.
    """
    if getattr(interactions.base_payload, "says_who_installed", False):
        return
    plain = interactions.base_payload

    def base_payload(backend: Any, **options: Any) -> Any:
        record, payload = plain(backend, **options)
        guild = options.get("guild_id")
        payload["authorizing_integration_owners"] = {"0": str(guild)} if guild else {"0": "0"}
        return record, payload

    base_payload.says_who_installed = True  # type: ignore[attr-defined]
    interactions.base_payload = base_payload


class _ChannelPages:
    """simcord's page, on one channel at a time."""

    def __init__(self, server: Server, port: int) -> None:
        self._server = server
        self._port = port
        self._preview: Preview | None = None
        self._shown = ""
        self._lock = asyncio.Lock()

    @property
    def names(self) -> list[str]:
        """The channels' names, the first one first."""
        return list(self._server.channels)

    async def open(self, name: str) -> str:
        """Show a channel.

        Returns:
            The address of the page, which holds the key to it.
        """
        async with self._lock:
            if self._preview is None or self._shown != name:
                await self._close()
                self._preview = await self._server.env.preview(
                    self._server.channels[name],
                    viewers=[self._server.member, self._server.moderator],
                    layout="channel",
                    port=self._port,
                ).__aenter__()
                self._shown = name
            return self._preview.url

    async def __aenter__(self) -> Self:
        await self.open(self.names[0])
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._close()

    async def _close(self) -> None:
        if self._preview is not None:
            await self._preview.close()
            self._preview = None


@asynccontextmanager
async def _serve(pages: _ChannelPages, port: int) -> AsyncGenerator[None]:
    async def first(request: web.Request) -> web.Response:
        del request
        raise web.HTTPFound(await pages.open(pages.names[0]))

    async def channel(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in pages.names:
            raise web.HTTPFound("/channels")
        raise web.HTTPFound(await pages.open(name))

    async def channels(request: web.Request) -> web.Response:
        del request
        return web.Response(text=_channels_page(pages.names), content_type="text/html")

    async def sign(request: web.Request, response: web.StreamResponse) -> None:
        del request
        response.headers["Server"] = _SERVER_NAME
        response.headers["Cache-Control"] = "no-store"

    application = web.Application()
    application.on_response_prepare.append(sign)
    application.add_routes(
        [web.get("/", first), web.get("/channels", channels), web.get("/{name}", channel)]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, _HOST, port).start()
        yield
    finally:
        await runner.cleanup()


def _channels_page(names: list[str]) -> str:
    links = "".join(f'<li><a href="/{name}">#{name}</a></li>' for name in names)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Casebook demo</title>"
        "<style>body{font:18px/1.6 system-ui,sans-serif;max-width:34em;margin:3em auto;"
        "padding:0 1em}</style><h1>Casebook demo</h1>"
        f"<p>The channels of the simulated server:</p><ul>{links}</ul>"
        "<p>A page shows one channel at a time: opening another one here ends the first. "
        "The menu at the top of a page changes between the member and the moderator.</p></html>"
    )


async def _refuse_second_demo(port: int, address: str) -> None:
    for number in (port, port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, number))
            except (OSError, OverflowError):
                break
    else:
        return
    if await asyncio.to_thread(_is_a_demo, address):
        raise CannotStartError([f"A demo is running already at {address}/: use it or end it."])
    raise CannotStartError(
        [f"Ports {port} and {port + 1} are not both free: choose another with --port."]
    )


def _is_a_demo(address: str) -> bool:
    try:
        with urlopen(f"{address}/channels", timeout=2) as answer:  # noqa: S310 - loopback
            return answer.headers.get("Server") == _SERVER_NAME
    except (URLError, OSError, ValueError):
        return False


def _open_browser(address: str) -> None:
    """Open a browser with windows; one in the terminal would hide the answer there."""
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return
    with suppress(webbrowser.Error):
        webbrowser.open(address)
