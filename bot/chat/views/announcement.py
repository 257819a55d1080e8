"""The buttons of announcements, and of the answers about subscriptions."""

from typing import TYPE_CHECKING, Any

import discord

from bot.chat.render.announcement import NewsMessage
from bot.chat.render.components import Json, button
from bot.chat.views.items import Components, PersistentItem
from bot.domain.announcements import Lane
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_CASE_ID = r"(?P<case>[a-z2-7]{13})"
_NUMBER = r"(?P<number>\d{1,18})"


def news_view(message: NewsMessage, lane: Lane, text: English) -> discord.ui.View:
    """The link to the decision, *Read the case*, *Follow* and *Stop these* below an announcement.

    A withdrawn one keeps what leads to the case alone.
    """
    view = Components()
    if message.link:
        view.add_item(discord.ui.Button(label=text.read_decision, url=message.link))
    view.add_item(ReadButton.of(message.case_id, text))
    if lane is Lane.CHANNEL and not message.withdrawn:
        view.add_item(FollowButton.of(message.case_id, text))
    view.add_item(StopButton.of(message.number, lane, text))
    return view


class ReadButton(PersistentItem[discord.ui.Button[Any]], template=f"news:read:{_CASE_ID}"):
    """Shows the case, to the one who presses."""

    @classmethod
    def of(cls, case_id: str, text: English) -> "ReadButton":
        """The button for a case."""
        style = discord.ButtonStyle.primary
        label = text.read_the_case
        return cls(discord.ui.Button(label=label, style=style, custom_id=f"news:read:{case_id}"))

    async def act(self, interaction: "Interaction") -> None:
        """Answer in place."""
        await interaction.client.cases.answer(interaction, self.parts["case"], private=True)


class FollowButton(PersistentItem[discord.ui.Button[Any]], template=f"news:follow:{_CASE_ID}"):
    """Lets the one who presses hear of a case in direct messages."""

    @staticmethod
    def part(case_id: str, text: English) -> Json:
        """The button for a case, as Discord's JSON."""
        return button(text.follow, f"news:follow:{case_id}")

    @classmethod
    def of(cls, case_id: str, text: English) -> "FollowButton":
        """The same, among components of discord.py."""
        part = cls.part(case_id, text)
        return cls(discord.ui.Button(label=part["label"], custom_id=part["custom_id"]))

    async def act(self, interaction: "Interaction") -> None:
        """Follow the case."""
        await interaction.client.following.follow_case(interaction, self.parts["case"])


class StopButton(PersistentItem[discord.ui.Button[Any]], template=f"news:stop:{_NUMBER}"):
    """Ends the subscriptions because of which the announcement is there."""

    @classmethod
    def of(cls, number: int, lane: Lane, text: English) -> "StopButton":
        """The button of an announcement."""
        label = text.stop if lane is Lane.MEMBER else text.stop_these
        return cls(discord.ui.Button(label=label, custom_id=f"news:stop:{number}"))

    async def act(self, interaction: "Interaction") -> None:
        """End them, if the person may."""
        number = int(self.parts["number"])
        if interaction.guild_id is None:
            await interaction.client.following.stop(interaction, number)
        else:
            await interaction.client.announcing.stop(interaction, number)


class SampleButton(PersistentItem[discord.ui.Button[Any]], template=f"news:sample:{_NUMBER}"):
    """Posts a sample for a subscription."""

    @classmethod
    def of(cls, number: int, text: English) -> "SampleButton":
        """The button for a subscription."""
        return cls(discord.ui.Button(label=text.post_sample, custom_id=f"news:sample:{number}"))

    async def act(self, interaction: "Interaction") -> None:
        """Post it."""
        await interaction.client.announcing.post_sample(interaction, int(self.parts["number"]))


class MissedButton(
    PersistentItem[discord.ui.Button[Any]], template=rf"news:missed:{_NUMBER}:(?P<since>\d{{1,12}})"
):
    """Lists what went out while a subscription was paused."""

    @classmethod
    def of(cls, number: int, since: int, text: English) -> "MissedButton":
        """The button.

        Args:
            number: of the subscription that was resumed.
            since: when it was paused, in seconds since 1970.
            text: the sentences.
        """
        custom_id = f"news:missed:{number}:{since}"
        return cls(discord.ui.Button(label=text.show_missed, custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """List it."""
        number, since = int(self.parts["number"]), int(self.parts["since"])
        await interaction.client.announcing.list_missed(interaction, number, since)


class ResumeFollowingButton(
    PersistentItem[discord.ui.Button[Any]], template="news:resume-following"
):
    """Resumes what somebody follows and what was paused since their messages were closed."""

    @classmethod
    def of(cls, text: English) -> "ResumeFollowingButton":
        """The button."""
        custom_id = "news:resume-following"
        return cls(discord.ui.Button(label=text.resume_following, custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """Resume."""
        await interaction.client.following.resume(interaction)


class UndoButton(PersistentItem[discord.ui.Button[Any]], template=rf"news:undo:{_NUMBER}"):
    """Takes back what was published, within five minutes."""

    @classmethod
    def of(cls, number: int, text: English) -> "UndoButton":
        """The button of an announcement."""
        style = discord.ButtonStyle.danger
        custom_id = f"news:undo:{number}"
        return cls(discord.ui.Button(label=text.take_back, style=style, custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """Take it back."""
        await interaction.client.publishing.undo(interaction, int(self.parts["number"]))


ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    ReadButton,
    FollowButton,
    StopButton,
    SampleButton,
    MissedButton,
    ResumeFollowingButton,
    UndoButton,
)
"""Every component that this module puts on a message."""
