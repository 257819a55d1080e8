"""What every handler of an interaction needs to know of it."""

from typing import TYPE_CHECKING, TypeAlias

import discord

from bot.domain.records import PUBLIC
from bot.text import English, text_for

if TYPE_CHECKING:
    from bot.chat.client import CasebookClient

Interaction: TypeAlias = "discord.Interaction[CasebookClient]"


def scope_of(interaction: Interaction) -> int:
    """Whose cases the person sees beside the public ones.

    Only a server that installed the bot has cases of its own. A person who installed it for
    themselves may use it in any server, so the guild's id alone proves nothing
    (Discord: "Interaction Data", `authorizing_integration_owners`).
    """
    if interaction.guild_id is not None and interaction.is_guild_integration():
        return interaction.guild_id
    return PUBLIC


def channel_text(interaction: Interaction) -> English:
    """The sentences for what everybody in the channel reads.

    In the language that the server chose in Discord's own settings; elsewhere in the person's.
    """
    return text_for(str(interaction.guild_locale or interaction.locale))


def own_text(interaction: Interaction) -> English:
    """The sentences for what only this person reads."""
    return text_for(str(interaction.locale))


async def say(interaction: Interaction, sentence: str, view: discord.ui.View | None = None) -> None:
    """Answer the person alone; who is named in it is not pinged."""
    await interaction.response.send_message(
        sentence,
        view=view if view is not None and view.children else discord.utils.MISSING,
        ephemeral=True,
        allowed_mentions=discord.AllowedMentions.none(),
    )
