"""Shipped records that contradict an editor's text, in the curators' queue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.curation.conflict import conflict_embed, conflict_options
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import own_text
from bot.chat.render.markup import escape_line
from bot.chat.views.items import Components, PersistentItem
from bot.domain.merge import Side
from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC
from bot.domain.text import one_line
from bot.services.curation.desk import Desk
from bot.services.curation.errors import NothingToDoError
from bot.services.curation.updates import PendingUpdate
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_UPDATE = r"(?P<case>[a-z2-7]{13}):(?P<hash>[0-9a-f]{64})"


class UpdateReplies:
    """Shows shipped updates that wait, and settles them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add_to(self, view: discord.ui.View, actor: Actor, text: English) -> int:
        """Add what waits to the queue's components, where the actor settles it.

        Returns:
            How many updates wait.
        """
        if actor.guild == 0 or self._desk.access.written_scope(actor) != PUBLIC:
            return 0
        pending = await self._desk.updates.pending(actor)
        if pending:
            view.add_item(UpdateSelect.of(pending, text))
        return len(pending)

    async def open(self, interaction: "Interaction", case_id: str) -> None:
        """Show both texts of an update."""
        await hold(interaction)
        actor = actor_of(interaction)
        pending = await self._desk.updates.pending(actor)
        found = next((each for each in pending if each.case_id == case_id), None)
        if found is None:
            raise NothingToDoError
        text = own_text(interaction)
        own = text.editors
        embed = conflict_embed(found.conflicts, own.editors_text, own.shipped_text, text)
        caption = escape_line(found.title, limits.EMBED_TITLE)
        content = own.update(caption, withdrawn=found.withdrawn)
        await show(interaction, content, embed=embed, view=_view(found, text))

    async def settle(
        self,
        interaction: "Interaction",
        case_id: str,
        content_hash: str,
        *,
        shipped: Sequence[str],
        otherwise: Side,
    ) -> None:
        """Take the shipped text of some fields, and the other side's of the rest."""
        await hold(interaction)
        choices: dict[str, Side] = {"" if place == "-" else place: "theirs" for place in shipped}
        await self._desk.updates.settle(
            actor_of(interaction), case_id, content_hash, choices, otherwise=otherwise
        )
        await show(interaction, own_text(interaction).editors.update_settled)


def _view(pending: PendingUpdate, text: English) -> discord.ui.View:
    own = text.editors
    items = Components()
    if pending.conflicts and len(pending.conflicts) <= limits.SELECT_OPTIONS:
        items.add_item(ShippedSelect.of(pending, text))
    items.add_item(ShippedButton.of(pending, "ours", own.keep_editors))
    items.add_item(ShippedButton.of(pending, "theirs", own.take_shipped))
    return items


class UpdateSelect(PersistentItem[discord.ui.Select[Any]], template=r"update:open"):
    """The updates that wait."""

    @classmethod
    def of(cls, pending: Sequence[PendingUpdate], text: English) -> "UpdateSelect":
        """The select for the oldest ones."""
        options = [
            discord.SelectOption(
                label=limits.cut(one_line(each.title), limits.OPTION_LABEL), value=each.case_id
            )
            for each in pending[: limits.SELECT_OPTIONS]
        ]
        placeholder = text.editors.update_placeholder
        return cls(
            discord.ui.Select(
                custom_id="update:open", placeholder=placeholder, options=options, row=2
            )
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show it."""
        await interaction.client.updates.open(interaction, self.item.values[0])


class ShippedSelect(PersistentItem[discord.ui.Select[Any]], template=rf"update:settle:{_UPDATE}"):
    """The fields whose shipped text is taken; the others keep the editors'."""

    @classmethod
    def of(cls, pending: PendingUpdate, text: English) -> "ShippedSelect":
        """The select for an update."""
        own = text.editors
        options = conflict_options(pending.conflicts, own.shipped_text, text)
        return cls(
            discord.ui.Select(
                custom_id=f"update:settle:{pending.case_id}:{pending.content_hash}",
                placeholder=own.shipped_placeholder,
                options=options,
                max_values=len(options),
                row=0,
            )
        )

    async def act(self, interaction: "Interaction") -> None:
        """Settle it."""
        await interaction.client.updates.settle(
            interaction,
            self.parts["case"],
            self.parts["hash"],
            shipped=self.item.values,
            otherwise="ours",
        )


class ShippedButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"update:settle:{_UPDATE}:(?P<side>ours|theirs)",
):
    """Takes one side's text for all fields."""

    @classmethod
    def of(cls, pending: PendingUpdate, side: str, label: str) -> "ShippedButton":
        """The button for a side."""
        custom_id = f"update:settle:{pending.case_id}:{pending.content_hash}:{side}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=1))

    async def act(self, interaction: "Interaction") -> None:
        """Settle it."""
        side = "theirs" if self.parts["side"] == "theirs" else "ours"
        await interaction.client.updates.settle(
            interaction, self.parts["case"], self.parts["hash"], shipped=(), otherwise=side
        )


UPDATE_ITEMS: tuple[type[PersistentItem[Any]], ...] = (UpdateSelect, ShippedSelect, ShippedButton)
