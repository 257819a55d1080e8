"""The owner's examination: asks Discord's REST side, beside a running bot or without one."""

import datetime as dt
import email.utils
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord

from bot.chat.doctor.places import Spot, by_channel, place_of
from bot.chat.session import TokenRefusedError, UnreachableError
from bot.domain.doctor import ConnectionFacts, ServerFacts, differing_commands
from bot.services.checkup import ServerRecords

_PRIVILEGED = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
"""Discord's privileged intents → the application's flags that say they are on."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What Discord said."""

    bot: str
    """The bot's name."""
    connection: ConnectionFacts
    servers: tuple[ServerFacts, ...]


async def look_from_outside(
    token: str,
    commands: Sequence[Mapping[str, Any]] | None,
    servers: Mapping[int, ServerRecords],
    done: Callable[[int], None],
) -> Outside:
    """Ask Discord about the application and about every channel that is subscribed.

    It does not connect to the gateway, so it costs no session start and disturbs no running bot.

    Args:
        token: the bot's.
        commands: as this version sends them; `None`: not compared.
        servers: whose channels are looked at.
        done: is told how many servers were looked at.

    Raises:
        TokenRefusedError: if the token is.
        UnreachableError: if Discord does not answer sensibly.
    """
    clock = _Clock()
    client = discord.Client(intents=discord.Intents.none(), http_trace=clock.trace())
    try:
        async with client:
            await client.login(token)
            connection = await _connection(client, commands, clock)
            looked: list[ServerFacts] = []
            for guild, records in servers.items():
                looked.append(await _server(client, guild, records))
                done(len(looked))
            return Outside(str(client.user), connection, tuple(looked))
    except discord.LoginFailure as failure:
        raise TokenRefusedError from failure
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failure:
        raise UnreachableError(str(failure) or type(failure).__name__) from failure


class _Clock:
    """Compares this machine's clock with the `Date` of Discord's first answer."""

    def __init__(self) -> None:
        self.off: float | None = None

    def trace(self) -> aiohttp.TraceConfig:
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._read)
        return trace

    async def _read(
        self, session: object, context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        del session, context
        date = params.response.headers.get("Date", "")
        try:
            told = email.utils.parsedate_to_datetime(date)
        except ValueError:
            return
        if self.off is None:  # the header has whole seconds, on average half a one too few
            self.off = time.time() - told.replace(tzinfo=dt.UTC).timestamp() - 0.5


async def _connection(
    client: discord.Client, commands: Sequence[Mapping[str, Any]] | None, clock: _Clock
) -> ConnectionFacts:
    application = client.application
    flags = application.flags if application else discord.ApplicationFlags()
    _, _, limits = await client.http.get_bot_gateway()
    outdated = None
    if commands is not None:
        registered = await client.http.get_global_commands(client.application_id or 0)
        outdated = differing_commands(commands, registered)
    return ConnectionFacts(
        clock_off=clock.off,
        unneeded_intents=tuple(
            name for name, told in _PRIVILEGED.items() if any(getattr(flags, each) for each in told)
        ),
        starts_left=limits["remaining"],
        starts_a_day=limits["total"],
        outdated_commands=outdated,
    )


async def _server(client: discord.Client, number: int, records: ServerRecords) -> ServerFacts:
    me = client.user
    if me is None:
        raise UnreachableError("Discord did not say who the bot is")
    try:
        guild = await client.fetch_guild(number, with_counts=False)
        member = await guild.fetch_member(me.id)
        channels = {channel.id: channel for channel in await guild.fetch_channels()}
    except (discord.NotFound, discord.Forbidden):
        return ServerFacts(f"server {number}", there=False)
    places = [
        place_of(
            f"channel {channel} in {guild.name}",
            await _spot(client, guild, member, channels, channel),
            there,
            guild,
            _role_name,
        )
        for channel, there in by_channel(records.subscriptions).items()
    ]
    return ServerFacts(guild.name, places=tuple(places), unconfirmed=records.unconfirmed)


async def _spot(
    client: discord.Client,
    guild: discord.Guild,
    me: discord.Member,
    channels: Mapping[int, discord.abc.GuildChannel],
    number: int,
) -> Spot | None:
    channel = channels.get(number)
    if channel is not None:
        return Spot(f"#{channel.name} in {guild.name}", channel.permissions_for(me))
    try:
        thread = await client.fetch_channel(number)  # the list has no threads
    except discord.NotFound:
        return None
    except discord.Forbidden:
        return Spot(f"channel {number} in {guild.name}", discord.Permissions.none())
    parent = channels.get(thread.parent_id) if isinstance(thread, discord.Thread) else None
    if not isinstance(thread, discord.Thread) or parent is None:
        return None
    # As discord.py has it for a thread: its parent's, but for what writing there itself implies.
    permissions = discord.abc.GuildChannel.permissions_for(parent, me)
    if not permissions.send_messages_in_threads:
        permissions.embed_links = False
    return Spot(f"#{thread.name} in {guild.name}", permissions, is_thread=True)


def _role_name(role: discord.Role | int) -> str:
    return f"role {role}" if isinstance(role, int) else f"@{role.name}"
