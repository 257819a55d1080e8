"""The Discord client: what it asks for, what it registers, and who answers an interaction."""

import asyncio
import gc
import logging
import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.chat.announcement_commands import announcement_commands
from bot.chat.announcements import Announcing
from bot.chat.cases import CaseReplies
from bot.chat.commands import everybodys_commands
from bot.chat.curation.catalogue_command import catalogue_group
from bot.chat.curation.components import FORMS as EDITORS_FORMS
from bot.chat.curation.components import ITEMS as EDITORS_ITEMS
from bot.chat.curation.drafts import DraftReplies
from bot.chat.curation.exchange import ExchangeReplies
from bot.chat.curation.records import RecordReplies
from bot.chat.curation.servers import ServerReplies, settings_group
from bot.chat.curation.suggesting import CaseSuggestions
from bot.chat.curation.suggestions import SuggestionReplies, suggest_command
from bot.chat.curation.updates import UpdateReplies
from bot.chat.doctor.command import DoctorReplies, doctor_command
from bot.chat.errors import ErrorReporter
from bot.chat.follow import Following
from bot.chat.help import HelpReply
from bot.chat.interactions import Interaction, own_text, scope_of
from bot.chat.permissions import invited
from bot.chat.privacy import PRIVACY_ITEMS, PrivacyReplies, add_forget_me, privacy_command
from bot.chat.publishing import FORMS as NEWS_FORMS
from bot.chat.publishing import Publishing
from bot.chat.reconnecting import Backoff, Identifies
from bot.chat.responding import answer_tersely
from bot.chat.sender import DiscordSender
from bot.chat.sync import CommandSync
from bot.chat.views.announcement import ITEMS as NEWS_ITEMS
from bot.chat.views.case import ITEMS as CASE_ITEMS
from bot.chat.views.publishing import ITEMS as PUBLISHING_ITEMS
from bot.domain.departures import Presence
from bot.domain.health import ChatVitals, Shard
from bot.services.announcements.newsroom import Newsroom
from bot.services.curation.desk import Desk
from bot.services.installation import Installation
from bot.services.lookup import Lookup
from bot.text import English, text_for

if TYPE_CHECKING:
    import yarl

_log = logging.getLogger(__name__)

ITEMS = (*CASE_ITEMS, *EDITORS_ITEMS, *NEWS_ITEMS, *PUBLISHING_ITEMS, *PRIVACY_ITEMS)
"""Every component of the bot."""

FORMS = (*EDITORS_FORMS, *NEWS_FORMS)
"""Every form of the bot."""

_MANY_SERVERS = 100
"""With fewer, the garbage collector walks all of their channels in a few milliseconds."""

_DRAIN_SECONDS = 4.0
"""For announcements under way when the bot is told to end; a container waits 10 s in all."""
_TURN_SECONDS = 900.0
"""For which a shard may wait for its turn to identify, with many processes starting at once."""


class _Tree(app_commands.CommandTree["CasebookClient"]):
    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.errors.report(interaction, error)


class CasebookClient(discord.AutoShardedClient):
    """The bot. It asks for the Guilds intent alone and keeps neither members nor messages.

    Attributes:
        cases: answers about cases; components reach it here, since discord.py builds them itself.
        drafts: drafts of editors.
        records: what editors do to published cases at once.
        exchange: import and export.
        servers: what servers chose.
        updates: shipped updates that wait for the curators.
        suggestions: what members tell the editors.
        announcing: answers about a server's announcements.
        publishing: announces what editors publish.
        following: answers about what a person follows.
        privacy: answers about what is kept of a person.
        doctor: examines servers; who runs the bot gives it the examination of what it keeps.
        errors: where every error of an interaction ends.
        tree: the slash commands.
        synced: the names of the commands that this start sent to Discord; `None` if it had them.
    """

    def __init__(
        self,
        lookup: Lookup,
        installation: Installation,
        newsroom: Newsroom,
        desk: Desk,
        *,
        shard_count: int | None = None,
        shard_ids: Sequence[int] | None = None,
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
            shard_connect_timeout=_TURN_SECONDS,
        )
        self.shard_ids = None if shard_ids is None else list(shard_ids)
        self.cases = CaseReplies(lookup)
        self.drafts = DraftReplies(desk, lookup)
        self.records = RecordReplies(desk)
        self.exchange = ExchangeReplies(desk)
        self.servers = ServerReplies(desk)
        self.updates = UpdateReplies(desk)
        self.suggestions = SuggestionReplies(desk, self.drafts, self.updates)
        self.doctor = DoctorReplies(newsroom.checkup, desk, newsroom.outbox)
        self.errors = ErrorReporter()
        self._identifies = Identifies()
        self.announcing = Announcing(newsroom)
        self.publishing = Publishing(newsroom, desk.drafting)
        self.following = Following(newsroom)
        self.privacy = PrivacyReplies(desk.privacy)
        self.tree = _Tree(self)
        text = text_for("en-GB")
        for command in everybodys_commands(self.cases, HelpReply(lookup), text):
            self.tree.add_command(command)
        for group in announcement_commands(self.announcing, self.following, self.cases, text):
            self.tree.add_command(group)
        self._add_editors_commands(desk, text)
        self._newsroom = newsroom
        self._departures = desk.departures
        self._all_shards_ready = asyncio.Event()
        self._turns = installation.turns
        self.synced: Sequence[str] | None = None
        self._sync = CommandSync(installation)

    def _add_editors_commands(self, desk: Desk, text: English) -> None:
        choices = CaseSuggestions(desk.choices)
        catalogue = catalogue_group(
            self.drafts, self.records, self.exchange, self.suggestions, choices, text
        )
        self.tree.add_command(catalogue)
        settings = settings_group(self.servers, text)
        add_forget_me(settings, self.privacy, text)
        self.tree.add_command(settings)
        self.tree.add_command(privacy_command(self.privacy, text))
        self.tree.add_command(doctor_command(self.doctor, text))
        self.tree.add_command(suggest_command(self.suggestions, text))

    async def setup_hook(self) -> None:
        """Register the components and, where they have changed, the commands."""
        answer_tersely()
        self.add_dynamic_items(*ITEMS)
        self.announcing.sender = DiscordSender(self, text_for("en-GB"))
        self.synced = await self._sync.sync(self.tree)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a shard may identify; of several processes one at a time."""
        del shard_id
        self._identifies.note()
        await self._turns.take(first=initial)

    def invite_link(self) -> str:
        """The address that adds this bot to a server, with exactly what it needs."""
        return discord.utils.oauth_url(
            self.application_id or 0,
            permissions=invited(),
            scopes=("bot", "applications.commands"),
        )

    async def launch_shard(
        self, gateway: "yarl.URL", shard_id: int, *, initial: bool = False
    ) -> None:
        """Connect a shard, which is to come back soon after an outage."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        info = self.get_shard(shard_id)
        if info is not None:
            backoff: Any = Backoff(self._identifies, random.Random())  # noqa: S311 - jitter
            info._parent._backoff = backoff  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def vitals(self) -> ChatVitals:
        """How the connection to Discord is."""
        return ChatVitals(
            ready=self.is_ready(),
            shards=tuple(_shard(info) for info in self.shards.values()),
            servers=len(self.guilds),
            failures=self.errors.failures,
        )

    async def on_ready(self) -> None:
        """Say that the bot is there; Discord may send this again after an outage."""
        _log.info("Connected as %s to %d servers", self.user, len(self.guilds))
        self._all_shards_ready.set()
        if len(self.guilds) >= _MANY_SERVERS:
            _take_from_collector()
        if self.announcing.sender is not None:
            self._newsroom.outbox.start(self.announcing.sender)
        await self.suggestions.tell_untold(self)

    async def until_connected(self) -> None:
        """Wait until every shard of this process was ready once."""
        await self._all_shards_ready.wait()

    def presence(self) -> Presence:
        """Which servers are there; an outage takes none away."""
        count = self.shard_count or 1
        shards = range(count) if self.shard_ids is None else self.shard_ids
        return Presence(frozenset(each.id for each in self.guilds), count, frozenset(shards))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Announce nothing more in a server that removed the bot; an outage does not come here."""
        await self._departures.removed(guild.id)
        await self._newsroom.subscriptions.leave(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what there is of a server that comes back.

        discord.py says this late while it connects; the server may have left again since.
        """
        if self._departures.is_gone(guild.id) and self.get_guild(guild.id) is not None:
            await self._departures.returned(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The same for one that was taken for gone while it was in an outage."""
        await self.on_guild_join(guild)

    async def on_app_command_completion(self, interaction: Interaction, command: object) -> None:
        """Tell somebody whose direct messages were closed that what they follow is paused."""
        del command
        await self.following.remind(interaction)

    async def close(self) -> None:
        """Let announcements that are under way arrive, then leave."""
        await self._newsroom.outbox.stop(_DRAIN_SECONDS)
        await self._turns.close()
        await super().close()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take forms, and answer what no part of this version knows instead of leaving it."""
        await self._note_use(interaction)
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        match interaction.type:
            case discord.InteractionType.modal_submit:
                found = (form.of_id(custom_id) for form in FORMS)
                form = next((each for each in found if each is not None), None)
                if form is not None:
                    await form.receive(interaction)
                    return
            case discord.InteractionType.component:
                known = any(item.knows(custom_id) for item in ITEMS)
                if known and custom_id in _custom_ids(interaction.message):
                    return  # discord.py calls the item; it ignores one that is not on the message
            case _:
                return
        sentence = own_text(interaction).unknown_component
        await interaction.response.send_message(sentence, ephemeral=True)

    async def _note_use(self, interaction: Interaction) -> None:
        """A server that has the commands is not gone, even where the bot itself is no member.

        Old buttons prove nothing: they stay in a server that removed the bot.
        """
        guild = scope_of(interaction)
        is_command = interaction.type is discord.InteractionType.application_command
        if is_command and self._departures.is_gone(guild):
            await self._departures.returned(guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log an error outside interactions."""
        del args, kwargs
        _log.exception("Handling %s failed", event_method)


def _take_from_collector() -> None:
    """Let the garbage collector pass over what stays as long as the connection: the servers.

    Walking thousands of channels would hold the event loop again and again; this does it once.
    What an earlier connection left is collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _shard(info: discord.ShardInfo) -> Shard:
    latency = info.latency if math.isfinite(info.latency) else None
    return Shard(info.id, is_open=not info.is_closed(), latency=latency)


def _custom_ids(message: discord.Message | None) -> set[str]:
    rows = message.components if message is not None else []
    parts = [part for row in rows if isinstance(row, discord.ActionRow) for part in row.children]
    return {part.custom_id for part in parts if part.custom_id}
