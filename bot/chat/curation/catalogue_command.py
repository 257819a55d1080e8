"""`/catalogue`, by which editors keep the records. A callback parses, calls and renders."""

import discord
from discord import app_commands

from bot.chat.curation.drafts import DraftReplies
from bot.chat.curation.suggesting import CaseSuggestions
from bot.chat.interactions import Interaction
from bot.text import English


def catalogue_group(
    drafts: DraftReplies,
    suggestions: CaseSuggestions,
    text: English,
) -> app_commands.Group:
    """The command with all that it can do.

    Discord hides it from those without *Manage Server* unless the server says otherwise; the
    services check again.
    """
    own = text.editors
    group = app_commands.Group(
        name="catalogue",
        description=own.catalogue_command,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )

    @group.command(name="add", description=own.add_command)
    async def add(interaction: Interaction) -> None:
        await drafts.open_new(interaction)

    @group.command(name="edit", description=own.edit_command)
    @app_commands.describe(case=own.case_option)
    @app_commands.autocomplete(case=suggestions.writable)
    async def edit(interaction: Interaction, case: str) -> None:
        await drafts.begin_named(interaction, case)

    @group.command(name="ruling", description=own.ruling_command)
    @app_commands.describe(case=own.case_option)
    @app_commands.autocomplete(case=suggestions.writable)
    async def ruling(interaction: Interaction, case: str) -> None:
        await drafts.open_for_case(interaction, case, "ruling")

    @group.command(name="source", description=own.source_command)
    @app_commands.describe(case=own.case_option)
    @app_commands.autocomplete(case=suggestions.writable)
    async def source(interaction: Interaction, case: str) -> None:
        await drafts.open_for_case(interaction, case, "source")

    @group.command(name="drafts", description=own.drafts_command)
    async def drafts_(interaction: Interaction) -> None:
        await drafts.list_drafts(interaction)

    return group
