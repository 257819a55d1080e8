"""The buttons with which an editor announces a draft, or a change that is in the catalogue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.render.announcement import proposal_name
from bot.chat.views.items import Components, PersistentItem
from bot.services.announcements.proposals import Proposal, Source, source_of
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

SOURCE = r"(?P<source>d:[a-z2-7]{13}|c:[a-z2-7]{13}:\d{1,9})"
CHOICE = r"(?P<choice>[a-z-]{1,20}(?:\.\d{1,3})?)"


def proposal_view(
    source: Source, chosen: Proposal, others: Sequence[Proposal], text: English
) -> discord.ui.View:
    """Below the exact message: publish it, say why it matters, or choose another one.

    Args:
        source: what is announced.
        chosen: the one that is shown.
        others: all that the change gives rise to.
        text: the sentences.
    """
    view = Components()
    view.add_item(PublishNewsButton.of(source, chosen.digest, text))
    view.add_item(NoteButton.of(source, chosen, text))
    if len(others) > 1:
        view.add_item(ProposalSelect.of(source, chosen, others, text))
    return view


class AnnounceButton(PersistentItem[discord.ui.Button[Any]], template=rf"news:ask:{SOURCE}"):
    """Shows the message that would go, and asks once."""

    @classmethod
    def of(cls, source: Source, label: str, *, row: int | None = None) -> "AnnounceButton":
        """The button for a draft or a change."""
        style = discord.ButtonStyle.success
        custom_id = f"news:ask:{source}"
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=row))

    async def act(self, interaction: "Interaction") -> None:
        """Show it."""
        await interaction.client.publishing.ask(interaction, source_of(self.parts["source"]))


class PublishNewsButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"news:sure:{SOURCE}:(?P<digest>[0-9a-f]{{8}})",
):
    """Announces just the message that it stands below."""

    @classmethod
    def of(cls, source: Source, digest: str, text: English) -> "PublishNewsButton":
        """The button below a message with a digest."""
        style = discord.ButtonStyle.success
        custom_id = f"news:sure:{source}:{digest}"
        return cls(discord.ui.Button(label=text.publish, style=style, custom_id=custom_id, row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Publish it."""
        source = source_of(self.parts["source"])
        await interaction.client.publishing.publish(interaction, source, self.parts["digest"])


class NoteButton(PersistentItem[discord.ui.Button[Any]], template=rf"news:why:{SOURCE}:{CHOICE}"):
    """Asks for the editor's line on why it matters."""

    @classmethod
    def of(cls, source: Source, chosen: Proposal, text: English) -> "NoteButton":
        """The button below a message."""
        label = text.change_note if chosen.news.note else text.add_note
        custom_id = f"news:why:{source}:{chosen.choice}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Open the form."""
        source = source_of(self.parts["source"])
        await interaction.client.publishing.open_note(interaction, source, self.parts["choice"])


class ProposalSelect(PersistentItem[discord.ui.Select[Any]], template=rf"news:choose:{SOURCE}"):
    """What else there is to announce of the same change."""

    @classmethod
    def of(
        cls, source: Source, chosen: Proposal, proposals: Sequence[Proposal], text: English
    ) -> "ProposalSelect":
        """The select of all proposals."""
        options = [
            discord.SelectOption(
                label=proposal_name(each.news, text),
                value=each.choice,
                default=each.choice == chosen.choice,
            )
            for each in proposals[: limits.SELECT_OPTIONS]
        ]
        custom_id = f"news:choose:{source}"
        placeholder = text.choose_news
        return cls(
            discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=1)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show it in the place of the other."""
        source = source_of(self.parts["source"])
        choice = self.item.values[0]
        await interaction.client.publishing.ask(interaction, source, choice, in_place=True)


ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    AnnounceButton,
    PublishNewsButton,
    NoteButton,
    ProposalSelect,
)
"""Every component that this module puts on a message."""
