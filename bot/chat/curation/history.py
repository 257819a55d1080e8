"""The history of a case: who changed what, when and why. Pure."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.render.case import ACCENT
from bot.chat.render.markup import escape, escape_line
from bot.chat.views.items import Components, PersistentItem
from bot.domain.differences import Difference
from bot.domain.revisions import Author
from bot.services.curation.records import HistoryEntry, HistoryPage
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_CASE = r"(?P<case>[a-z2-7]{13})"
_REASON = 160
_SIDE = 110
_DIFFERENCES = 8


def history_embed(page: HistoryPage, guild: int, text: English) -> discord.Embed:
    """A page of the history, newest first, each change as before → after.

    Args:
        page: the revisions.
        guild: the server that reads it.
        text: the sentences.
    """
    own = text.editors
    share = limits.EMBED_DESCRIPTION // max(len(page.entries), 1) - 2
    blocks = [_entry(entry, guild, share, text) for entry in page.entries]
    title = escape_line(page.title, limits.EMBED_TITLE)
    embed = discord.Embed(title=title, description="\n\n".join(blocks) or None, colour=ACCENT)
    state = own.is_withdrawn if page.withdrawn else ""
    return embed.set_footer(text=" · ".join(filter(None, (own.page(page.page, page.pages), state))))


def _entry(entry: HistoryEntry, guild: int, share: int, text: English) -> str:
    revision = entry.revision
    own = text.editors
    when = discord.utils.format_dt(revision.made_at, "f")
    heading = own.revision(
        revision.number, own.kind_of(revision.kind), when, _who(revision.author, guild, text)
    )
    lines = [heading]
    if revision.reason:
        lines.append(f"> {escape_line(revision.reason, _REASON)}")
    room = share - limits.size("\n".join(lines)) - 1
    changes = [_difference(each, text) for each in entry.differences]
    listed, _ = limits.list_within(changes, "\n", room, _DIFFERENCES, own.more_problems)
    return "\n".join([*lines, *([listed] if listed else [])])


def _who(author: Author, guild: int, text: English) -> str:
    own = text.editors
    if not author.person:  # the bot and its owner act outside any server
        return text.a_former_editor if author.guild else own.by_owner
    place = own.here if author.guild == guild else own.elsewhere
    return f"<@{author.person}> {place}"


def _difference(difference: Difference, text: English) -> str:
    own = text.editors
    before, after = (_said(side) for side in (difference.before, difference.after))
    return own.change(own.place(difference.place), before, after)


def _said(value: str | None) -> str | None:
    return None if value is None else limits.cut(" ".join(escape(value).split()), _SIDE)


def history_view(page: HistoryPage, text: English) -> discord.ui.View:
    """Pages, and the revisions that can be brought back."""
    own = text.editors
    items = Components()
    options = list(_restorable(page.entries, text, newest=page.page == 1))
    if options:
        items.add_item(RevertSelect.of(page.case_id, options, text))
    if page.page > 1:
        items.add_item(HistoryButton.of(page.case_id, page.page - 1, own.newer))
    if page.page < page.pages:
        items.add_item(HistoryButton.of(page.case_id, page.page + 1, own.older))
    return items


def _restorable(
    entries: Iterable[HistoryEntry], text: English, *, newest: bool
) -> Iterator[discord.SelectOption]:
    for position, entry in enumerate(entries):
        revision = entry.revision
        if revision.after is None or (newest and position == 0):
            continue
        own = text.editors
        yield discord.SelectOption(
            label=own.revision_option(revision.number, own.kind_of(revision.kind)),
            value=str(revision.number),
            description=escape_line(revision.reason, limits.OPTION_DESCRIPTION) or None,
        )


class HistoryButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"record:history:{_CASE}:(?P<page>\d{{1,5}})",
):
    """Another page of a case's history."""

    @classmethod
    def of(cls, case_id: str, page: int, label: str) -> "HistoryButton":
        """The button for a page."""
        custom_id = f"record:history:{case_id}:{page}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=1))

    async def act(self, interaction: "Interaction") -> None:
        """Show it in the place of the message."""
        page = int(self.parts["page"])
        await interaction.client.records.show_history(interaction, self.parts["case"], page)


class RevertSelect(PersistentItem[discord.ui.Select[Any]], template=rf"record:revert:{_CASE}"):
    """Brings a revision back."""

    @classmethod
    def of(cls, case_id: str, options: list[discord.SelectOption], text: English) -> "RevertSelect":
        """The select for the revisions of a page."""
        placeholder = text.editors.revert_placeholder
        custom_id = f"record:revert:{case_id}"
        return cls(
            discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=0)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Restore the chosen one."""
        number = int(self.item.values[0])
        await interaction.client.records.restore(interaction, self.parts["case"], number)


HISTORY_ITEMS: tuple[type[PersistentItem[Any]], ...] = (HistoryButton, RevertSelect)
