"""What `/settings` shows and changes, and whether editors see the commands that are for them."""

from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.chat.curation.actor import actor_of
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import Interaction, own_text
from bot.chat.views.items import Components, PersistentItem
from bot.domain.records import PUBLIC
from bot.services.curation.desk import Desk
from bot.services.curation.servers import ServerSettings
from bot.text import English


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which of the editors' commands a role does not see yet."""

    unseen: tuple[str, ...]
    known: bool = True
    """Whether Discord told; where it did not, nothing is claimed."""


class ServerReplies:
    """Answers editors about their server's settings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, interaction: Interaction) -> None:
        """Show everything that this server chose."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        settings = await self._desk.servers.settings(actor.guild)
        hidden = await self._desk.servers.hidden(actor)
        text = own_text(interaction)
        lines = [
            text.editors.writes(public=self._desk.access.written_scope(actor) == PUBLIC),
            await self._editors(interaction, settings, text),
            text.editors.hidden(len(hidden)),
        ]
        await show(interaction, "\n\n".join(lines))

    async def name_editors(self, interaction: Interaction, role: discord.Role | None) -> None:
        """Let a role edit; without one, show who edits, with a button that takes it back."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        if role is None:
            settings = await self._desk.servers.settings(actor.guild)
        else:
            settings = await self._desk.servers.name_editors(actor, role.id)
        await self._show_editors(interaction, settings)

    async def name_nobody(self, interaction: Interaction) -> None:
        """Let nobody edit but those with *Manage Server*."""
        await hold(interaction)
        settings = await self._desk.servers.name_editors(actor_of(interaction), None)
        await self._show_editors(interaction, settings)

    async def _show_editors(self, interaction: Interaction, settings: ServerSettings) -> None:
        text = own_text(interaction)
        view = Components()
        if settings.editor_role is not None:
            view.add_item(NobodyButton.of(text))
        await show(interaction, await self._editors(interaction, settings, text), view=view)

    async def _editors(
        self, interaction: Interaction, settings: ServerSettings, text: English
    ) -> str:
        own = text.editors
        if settings.editor_role is None:
            return own.only_managers
        lines = [own.editors_are(settings.editor_role)]
        guild = interaction.guild
        if guild is not None:
            seen = await visibility(interaction.client.tree, guild, settings.editor_role)
            if not seen.known:
                lines.append(own.visibility_unknown(settings.editor_role))
            elif seen.unseen:
                name = interaction.client.user.name if interaction.client.user else "Casebook"
                lines.append(own.cannot_see(seen.unseen, settings.editor_role, name))
            else:
                lines.append(own.can_see)
        return "\n".join(lines)


async def visibility(
    tree: app_commands.CommandTree[Any], guild: discord.Guild, role_id: int
) -> Visibility:
    """Which commands that are hidden by default a role does not see.

    A role sees one by its own permissions, or by an override of that command in the server's
    Integrations settings; an override for the whole app does not open a command that its default
    permissions close (Discord: "Application Command Permissions").
    """
    role = guild.get_role(role_id)
    closed = {
        command.name: command.default_permissions
        for command in tree.get_commands()
        if not isinstance(command, app_commands.ContextMenu) and command.default_permissions
    }
    unseen: list[str] = []
    try:
        for command in await tree.fetch_commands():
            needed = closed.get(command.name)
            if needed is None:
                continue
            allowed = await _override(command, guild, role_id)
            if allowed is None:
                allowed = role is not None and role.permissions >= needed
            if not allowed:
                unseen.append(command.name)
    except discord.HTTPException:
        return Visibility((), known=False)
    return Visibility(tuple(sorted(unseen)))


async def _override(
    command: app_commands.AppCommand, guild: discord.Guild, role_id: int
) -> bool | None:
    """Whether the server opened or closed a command for a role; `None` if it said nothing."""
    try:
        permissions = (await command.fetch_permissions(guild)).permissions
    except discord.NotFound:  # as by default
        return None
    said = {each.id: each.permission for each in permissions}
    return said.get(role_id, said.get(guild.id))


class NobodyButton(PersistentItem[discord.ui.Button[Any]], template=r"settings:nobody"):
    """Takes the editor role back."""

    @classmethod
    def of(cls, text: English) -> "NobodyButton":
        """The button."""
        return cls(discord.ui.Button(label=text.editors.nobody, custom_id="settings:nobody"))

    async def act(self, interaction: Interaction) -> None:
        """Take it back."""
        await interaction.client.servers.name_nobody(interaction)


SERVER_ITEMS: tuple[type[PersistentItem[Any]], ...] = (NobodyButton,)


def settings_group(servers: ServerReplies, text: English) -> app_commands.Group:
    """`/settings`, hidden like `/catalogue` from those without *Manage Server*."""
    own = text.editors
    group = app_commands.Group(
        name="settings",
        description=own.settings_command,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )

    @group.command(name="show", description=own.show_command)
    async def show_(interaction: Interaction) -> None:
        await servers.show(interaction)

    @group.command(name="editors", description=own.editors_command)
    @app_commands.describe(role=own.role_option)
    async def editors(interaction: Interaction, role: discord.Role | None = None) -> None:
        await servers.name_editors(interaction, role)

    return group
