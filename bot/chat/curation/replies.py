"""How editors are answered: privately, and in the place of the message where there is one."""

from collections.abc import Sequence

import discord

from bot.chat import limits
from bot.chat.interactions import Interaction


async def hold(interaction: Interaction, *, anew: bool = False) -> None:
    """Tell Discord that the answer comes, before anything is waited for.

    Args:
        interaction: a command, a component or a form.
        anew: whether to answer with a new message even from a component of a private one.
    """
    if not anew and is_in_place(interaction):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


def is_in_place(interaction: Interaction) -> bool:
    """Whether the answer can take the place of the message that the component stands on.

    Never that of a public one, whatever a forged id says.
    """
    return interaction.message is not None and interaction.message.flags.ephemeral


async def show(
    interaction: Interaction,
    content: str,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Give the answer that was held."""
    await interaction.edit_original_response(
        content=limits.cut(content, limits.CONTENT),
        embeds=[embed] if embed else [],
        view=view,
        attachments=files,
    )
