"""`/doctor`: an examination of the server that it is used in, for its editors."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.curation.replies import hold, show
from bot.chat.curation.servers import visibility
from bot.chat.doctor.places import Spot, by_channel, place_of
from bot.chat.interactions import Interaction, own_text
from bot.chat.sync import payload_of
from bot.domain.doctor import (
    OWNERS,
    ConnectionFacts,
    Finding,
    ServerFacts,
    StorageFacts,
    Subject,
    differing_commands,
    of_announcer,
    of_connection,
    of_editors,
    of_server,
    of_storage,
)
from bot.services.announcements.outbox import Outbox
from bot.services.checkup import Checkup
from bot.services.curation.desk import Desk
from bot.text import English


class DoctorReplies:
    """Examines a server for its editors. Nothing of another server is looked at.

    Attributes:
        storage: examines the database, its disk and its backups; `None` where nobody runs them.
    """

    def __init__(self, checkup: Checkup, desk: Desk, outbox: Outbox) -> None:
        self.storage: Callable[[], Awaitable[StorageFacts]] | None = None
        self._checkup = checkup
        self._desk = desk
        self._outbox = outbox

    async def examine(self, interaction: Interaction) -> None:
        """Say of each part whether it is fine, or what to do."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        guild = interaction.guild
        if guild is None:
            raise app_commands.NoPrivateMessage
        of_bot = [*of_connection(await _connection(interaction)), of_announcer(self._outbox.halted)]
        if self.storage is not None:
            of_bot += of_storage(await self.storage())
        server = await self._server(interaction, guild)
        text = own_text(interaction)
        here = [*of_server(server), *of_editors(server)] if server.places else [*of_editors(server)]
        lines = [text.doctor.verdict(_problems([*here, *of_bot]))]
        lines += ["", text.doctor.server_heading, *map(text.doctor.line, here)]
        if not server.places:
            lines.append(text.doctor.no_subscriptions)
        lines += ["", text.doctor.bot_heading]
        lines += _bot_lines(of_bot, text, owner=actor.owns_bot)
        shown, _ = limits.list_within(lines, "\n", limits.CONTENT, len(lines), text.more)
        await show(interaction, shown)

    async def _server(self, interaction: Interaction, guild: discord.Guild) -> ServerFacts:
        records = await self._checkup.of_guild(guild.id)
        settings = await self._desk.servers.settings(guild.id)
        role = settings.editor_role
        role_there = role is None or guild.get_role(role) is not None
        unseen: tuple[str, ...] | None = None
        if role is not None and role_there:
            seen = await visibility(interaction.client.tree, guild, role)
            unseen = seen.unseen if seen.known else None
        return ServerFacts(
            name=guild.name,
            places=tuple(
                place_of(f"<#{channel}>", _spot(guild, channel), there, guild, _role_name)
                for channel, there in by_channel(records.subscriptions).items()
            ),
            unconfirmed=records.unconfirmed,
            editor_role=None if role is None else _role_name(role),
            editor_role_there=role_there,
            unseen=unseen,
        )


async def _connection(interaction: Interaction) -> ConnectionFacts:
    """What can be told without asking for what only the owner needs."""
    client = interaction.client
    off = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    try:
        registered = await client.http.get_global_commands(client.application_id or 0)
    except discord.HTTPException:
        outdated = None
    else:
        outdated = differing_commands(payload_of(client.tree), registered)
    return ConnectionFacts(clock_off=off, outdated_commands=outdated)


def _spot(guild: discord.Guild, channel: int) -> Spot | None:
    place = guild.get_channel_or_thread(channel)
    if place is None:
        return None
    permissions = place.permissions_for(guild.me)
    return Spot(place.mention, permissions, isinstance(place, discord.Thread))


def _role_name(role: discord.Role | int) -> str:
    return f"<@&{role if isinstance(role, int) else role.id}>"


def _bot_lines(findings: Sequence[Finding], text: English, *, owner: bool) -> Iterable[str]:
    """The lines about the bot; what its owner alone can mend is told to the owner alone."""
    own = [finding for finding in findings if owner or finding.subject not in OWNERS]
    yield from map(text.doctor.line, own)
    if owner:
        return
    for subject in Subject:
        there = [each for each in findings if each.subject is subject and subject in OWNERS]
        if there:
            yield text.doctor.for_the_owner(subject, fine=not _problems(there))


def _problems(findings: Iterable[Finding]) -> int:
    return sum(not finding.fine for finding in findings)


def doctor_command(doctor: DoctorReplies, text: English) -> app_commands.Command[Any, ..., None]:
    """`/doctor`, hidden like `/settings` from those without *Manage Server*."""

    @app_commands.command(name="doctor", description=text.doctor.command)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def examine(interaction: Interaction) -> None:
        await doctor.examine(interaction)

    return cast("app_commands.Command[Any, ..., None]", examine)
