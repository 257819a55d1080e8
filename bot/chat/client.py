"""The Discord client: what it asks for, what it registers, and who answers an interaction."""

import logging
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.chat.cases import CaseReplies
from bot.chat.commands import everybodys_commands
from bot.chat.errors import ErrorReporter
from bot.chat.help import HelpReply
from bot.chat.interactions import Interaction, own_text
from bot.chat.sync import CommandSync
from bot.chat.views.case import ITEMS
from bot.services.installation import Installation
from bot.services.lookup import Lookup
from bot.text import text_for

_log = logging.getLogger(__name__)


class _Tree(app_commands.CommandTree["CasebookClient"]):
    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.errors.report(interaction, error)


class CasebookClient(discord.AutoShardedClient):
    """The bot. It asks for the Guilds intent alone and keeps neither members nor messages.

    Attributes:
        cases: answers about cases; components reach it here, since discord.py builds them itself.
        errors: where every error of an interaction ends.
        tree: the slash commands.
        synced: the names of the commands that this start sent to Discord; `None` if it had them.
    """

    def __init__(
        self, lookup: Lookup, installation: Installation, *, shard_count: int | None = None
    ) -> None:
        discord.VoiceClient.warn_nacl = False  # nobody who reads the log expects a voice
        discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=shard_count,
        )
        self.cases = CaseReplies(lookup)
        self.errors = ErrorReporter()
        self.tree = _Tree(self)
        for command in everybodys_commands(self.cases, HelpReply(lookup), text_for("en-GB")):
            self.tree.add_command(command)
        self.synced: Sequence[str] | None = None
        self._sync = CommandSync(installation)

    async def setup_hook(self) -> None:
        """Register the components and, where they have changed, the commands."""
        self.add_dynamic_items(*ITEMS)
        self.synced = await self._sync.sync(self.tree)

    def invite_link(self) -> str:
        """The address that adds this bot to a server, with exactly what it needs.

        Answers to commands need no permission in a server.
        """
        return discord.utils.oauth_url(
            self.application_id or 0,
            permissions=discord.Permissions.none(),
            scopes=("bot", "applications.commands"),
        )

    async def on_ready(self) -> None:
        """Say that the bot is there; Discord may send this again after an outage."""
        _log.info("Connected as %s to %d servers", self.user, len(self.guilds))

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a component that no item of this version knows, instead of leaving it hanging."""
        if interaction.type is not discord.InteractionType.component or interaction.data is None:
            return
        custom_id = str(interaction.data.get("custom_id", ""))
        known = any(item.knows(custom_id) for item in ITEMS)
        if known and custom_id in _custom_ids(interaction.message):
            return  # discord.py calls the item; it ignores one that is not on the message
        sentence = own_text(interaction).unknown_component
        await interaction.response.send_message(sentence, ephemeral=True)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log an error outside interactions."""
        del args, kwargs
        _log.exception("Handling %s failed", event_method)


def _custom_ids(message: discord.Message | None) -> set[str]:
    rows = message.components if message is not None else []
    parts = [part for row in rows if isinstance(row, discord.ActionRow) for part in row.children]
    return {part.custom_id for part in parts if part.custom_id}
