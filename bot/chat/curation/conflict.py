"""Two texts of the same field: what they say, and the choice between them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.render.case import ACCENT
from bot.chat.render.markup import escape
from bot.chat.views.items import Components, PersistentItem
from bot.domain.differences import in_words
from bot.domain.merge import FieldConflict
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_DRAFT = r"(?P<draft>[a-z2-7]{13})"
_LEAST = 60


def conflict_embed(
    conflicts: Sequence[FieldConflict], ours: str, theirs: str, text: English
) -> discord.Embed:
    """Both texts of each field that is in conflict.

    Args:
        conflicts: the fields.
        ours: how the first text is called.
        theirs: how the second one is called.
        text: the sentences.
    """
    shown = conflicts[: limits.SELECT_OPTIONS]
    share = max(limits.EMBED_DESCRIPTION // max(len(shown), 1) - 20, _LEAST)
    blocks = [_block(each, ours, theirs, share, text) for each in shown]
    joined, _ = limits.list_within(blocks, "\n\n", limits.EMBED_DESCRIPTION, len(blocks), text.more)
    return discord.Embed(description=joined or None, colour=ACCENT)


def _block(conflict: FieldConflict, ours: str, theirs: str, share: int, text: English) -> str:
    heading = f"**{text.editors.place(conflict.place)}**"
    room = max((share - limits.size(heading) - limits.size(ours + theirs) - 8) // 2, 10)
    lines = (f"{ours}: {_said(conflict.ours, room, text)}",
             f"{theirs}: {_said(conflict.theirs, room, text)}")  # fmt: skip
    return "\n".join([heading, *lines])


def _said(value: Any, room: int, text: English) -> str:
    said = in_words(value)
    return limits.cut(escape(said), room) if said else text.editors.absent


def conflict_options(
    conflicts: Sequence[FieldConflict], theirs: str, text: English
) -> list[discord.SelectOption]:
    """A conflict each, to choose those whose second text is taken."""
    return [
        discord.SelectOption(
            label=limits.cut(text.editors.place(each.place), limits.OPTION_LABEL),
            value=each.place or "-",
            description=limits.cut(
                f"{theirs}: {in_words(each.theirs) or text.editors.absent}",
                limits.OPTION_DESCRIPTION,
            ),
        )
        for each in conflicts[: limits.SELECT_OPTIONS]
    ]


def conflict_view(
    draft_id: str, conflicts: Sequence[FieldConflict], text: English
) -> discord.ui.View:
    """The choice for a draft."""
    own = text.editors
    items = Components()
    if len(conflicts) <= limits.SELECT_OPTIONS:
        items.add_item(SettleSelect.of(draft_id, conflicts, text))
    items.add_item(SettleButton.of(draft_id, "ours", own.keep_mine))
    items.add_item(SettleButton.of(draft_id, "theirs", own.keep_theirs))
    return items


class SettleSelect(PersistentItem[discord.ui.Select[Any]], template=rf"draft:settle:{_DRAFT}"):
    """Chooses the fields that keep the published text; the others take the draft's."""

    @classmethod
    def of(cls, draft_id: str, conflicts: Sequence[FieldConflict], text: English) -> "SettleSelect":
        """The select for a draft."""
        options = conflict_options(conflicts, text.editors.theirs, text)
        return cls(
            discord.ui.Select(
                custom_id=f"draft:settle:{draft_id}",
                placeholder=text.editors.settle_placeholder,
                options=options,
                max_values=len(options),
                row=0,
            )
        )

    async def act(self, interaction: "Interaction") -> None:
        """Settle the draft."""
        await interaction.client.drafts.settle(
            interaction, self.parts["draft"], theirs=self.item.values, otherwise="ours"
        )


class SettleButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"draft:settle:{_DRAFT}:(?P<side>ours|theirs)",
):
    """Takes one side's text for all fields."""

    @classmethod
    def of(cls, draft_id: str, side: str, label: str) -> "SettleButton":
        """The button for a side."""
        custom_id = f"draft:settle:{draft_id}:{side}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=1))

    async def act(self, interaction: "Interaction") -> None:
        """Settle the draft."""
        side = "theirs" if self.parts["side"] == "theirs" else "ours"
        await interaction.client.drafts.settle(
            interaction, self.parts["draft"], theirs=(), otherwise=side
        )


CONFLICT_ITEMS: tuple[type[PersistentItem[Any]], ...] = (SettleSelect, SettleButton)
