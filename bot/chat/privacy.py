"""What /privacy and /settings forget-me do. Each answer is for the person alone, about them."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

import discord
from discord import app_commands

from bot.chat.curation.replies import hold, show
from bot.chat.interactions import Interaction, own_text
from bot.chat.views.items import Components, PersistentItem
from bot.domain.retention import PersonalData
from bot.services.privacy import Privacy
from bot.text import English

_A_DAY = dt.timedelta(days=1)


class PrivacyReplies:
    """Says what is kept about who asks, and forgets them."""

    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy
        # Else the limits on suggestions, which count a person's, could be begun anew at will.
        self._forgotten_at: dict[int, dt.datetime] = {}

    async def tell(self, interaction: Interaction) -> None:
        """Say what is kept."""
        text = own_text(interaction)
        button = PrivacyButton.of("ask", text.forget_me)
        await self._say_kept(interaction, text.kept_about_you, button)

    async def ask(self, interaction: Interaction) -> None:
        """Say what forgetting would do, and ask once."""
        text = own_text(interaction)
        button = PrivacyButton.of("forget", text.forget_me_surely, danger=True)
        await self._say_kept(interaction, text.forget_you, button)

    async def _say_kept(
        self,
        interaction: Interaction,
        sentence: Callable[[PersonalData], str],
        button: "PrivacyButton",
    ) -> None:
        await hold(interaction)
        kept = await self._privacy.about(interaction.user.id)
        view = Components()
        if kept == PersonalData():
            await show(interaction, own_text(interaction).nothing_kept, view=view)
            return
        view.add_item(button)
        await show(interaction, sentence(kept), view=view)

    async def forget(self, interaction: Interaction) -> None:
        """Forget the person, at most once a day, and say what that did."""
        await hold(interaction)
        person, text = interaction.user.id, own_text(interaction)
        if await self._privacy.about(person) == PersonalData():
            await show(interaction, text.nothing_kept, view=Components())
            return
        now = interaction.created_at
        recent = {who: at for who, at in self._forgotten_at.items() if now - at < _A_DAY}
        self._forgotten_at = recent
        if person in recent:
            again = discord.utils.format_dt(recent[person] + _A_DAY, "R")
            await show(interaction, text.forgotten_today(again), view=Components())
            return
        kept = await self._privacy.forget(person)
        recent[person] = now
        await show(interaction, text.forgotten_now(kept), view=Components())


class PrivacyButton(
    PersistentItem[discord.ui.Button[Any]], template=r"privacy:(?P<step>ask|forget)"
):
    """Leads to being forgotten; whoever presses it is who it is about."""

    @classmethod
    def of(cls, step: str, label: str, *, danger: bool = False) -> "PrivacyButton":
        """The button for a step."""
        style = discord.ButtonStyle.danger if danger else discord.ButtonStyle.secondary
        return cls(discord.ui.Button(label=label, style=style, custom_id=f"privacy:{step}"))

    async def act(self, interaction: Interaction) -> None:
        """Ask, or do it."""
        replies = interaction.client.privacy
        if self.parts["step"] == "ask":
            await replies.ask(interaction)
        else:
            await replies.forget(interaction)


PRIVACY_ITEMS: tuple[type[PersistentItem[Any]], ...] = (PrivacyButton,)


def privacy_command(replies: PrivacyReplies, text: English) -> app_commands.Command[Any, ..., None]:
    """`/privacy`, for everybody and everywhere."""

    @app_commands.command(name="privacy", description=text.privacy_command)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def privacy(interaction: Interaction) -> None:
        await replies.tell(interaction)

    return cast("app_commands.Command[Any, ..., None]", privacy)


def add_forget_me(settings: app_commands.Group, replies: PrivacyReplies, text: English) -> None:
    """`/settings forget-me`. Discord hides the group from most people; they have `/privacy`."""

    @settings.command(name="forget-me", description=text.forget_me_command)
    async def forget_me(interaction: Interaction) -> None:
        await replies.ask(interaction)
