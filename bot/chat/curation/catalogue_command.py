"""`/catalogue`, by which editors keep the records. A callback parses, calls and renders."""

import discord
from discord import app_commands

from bot.chat.curation.drafts import DraftReplies
from bot.chat.curation.exchange import ExchangeReplies
from bot.chat.curation.records import RecordReplies
from bot.chat.curation.suggesting import CaseSuggestions
from bot.chat.curation.suggestions import SuggestionReplies
from bot.chat.interactions import Interaction
from bot.text import English


def catalogue_group(
    drafts: DraftReplies,
    records: RecordReplies,
    exchange: ExchangeReplies,
    queue: SuggestionReplies,
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

    @group.command(name="queue", description=own.queue_command)
    async def queue_(interaction: Interaction) -> None:
        await queue.queue(interaction)

    _add_exchange(group, exchange, text)
    _add_records(group, records, suggestions, text)
    return group


def _add_records(
    group: app_commands.Group, records: RecordReplies, suggestions: CaseSuggestions, text: English
) -> None:
    """What is done to a published case at once."""
    own = text.editors

    @group.command(name="alias", description=own.alias_command)
    @app_commands.describe(case=own.case_option, alias=own.alias_option, reason=own.reason_option)
    @app_commands.autocomplete(case=suggestions.writable)
    async def alias(interaction: Interaction, case: str, alias: str, reason: str = "") -> None:
        await records.add_alias(interaction, case, alias, reason)

    @group.command(name="remove", description=own.remove_command)
    @app_commands.describe(case=own.case_option)
    @app_commands.autocomplete(case=suggestions.writable)
    async def remove(interaction: Interaction, case: str) -> None:
        await records.ask_removal(interaction, case)

    @group.command(name="restore", description=own.restore_command)
    @app_commands.describe(case=own.removed_option, reason=own.reason_option)
    @app_commands.autocomplete(case=suggestions.removed)
    async def restore(interaction: Interaction, case: str, reason: str = "") -> None:
        await records.restore_named(interaction, case, reason)

    @group.command(name="history", description=own.history_command)
    @app_commands.describe(case=own.case_option)
    @app_commands.autocomplete(case=suggestions.known)
    async def history(interaction: Interaction, case: str) -> None:
        await records.history(interaction, case)

    @group.command(name="undo", description=own.undo_command)
    @app_commands.describe(case=own.undo_option, reason=own.reason_option)
    @app_commands.autocomplete(case=suggestions.known)
    async def undo(interaction: Interaction, case: str | None = None, reason: str = "") -> None:
        await records.undo(interaction, case, reason)

    @group.command(name="hide", description=own.hide_command)
    @app_commands.describe(case=own.hide_option, reason=own.reason_option)
    @app_commands.autocomplete(case=suggestions.public)
    async def hide(interaction: Interaction, case: str | None = None, reason: str = "") -> None:
        await records.hide(interaction, case, reason)


def _add_exchange(group: app_commands.Group, exchange: ExchangeReplies, text: English) -> None:
    """The whole catalogue as a file."""
    own = text.editors

    @group.command(name="import", description=own.import_command)
    @app_commands.describe(file=own.file_option)
    async def import_(interaction: Interaction, file: discord.Attachment) -> None:
        await exchange.plan(interaction, file)

    @group.command(name="export", description=own.export_command)
    async def export(interaction: Interaction) -> None:
        await exchange.export(interaction)
