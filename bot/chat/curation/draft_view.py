"""The buttons and selects below a draft's preview. They carry ids; `drafts` does the work."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.curation.draft_forms import LISTS, NEW, NONE
from bot.chat.curation.entries import EntryPage
from bot.chat.views.items import Components, PersistentItem
from bot.chat.views.publishing import AnnounceButton
from bot.domain.text import one_line
from bot.domain.vocabulary import Role
from bot.services.announcements.proposals import DraftSource
from bot.services.curation.drafting import DraftView
from bot.services.curation.knowledge import Likeness, Lookalike
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_DRAFT = r"(?P<draft>[a-z2-7]{13})"
_CASE = r"(?P<case>[a-z2-7]{13})"
_LIST = r"(?P<list>rulings|sources|related)"
_INDEX = r"(?P<index>\d{1,3})"
_ENTRY_FORMS = {"rulings": "ruling", "sources": "source"}


def preview_view(view: DraftView, text: English) -> discord.ui.View:
    """What can be done with a draft: edit each part, publish, discard."""
    own = text.editors
    draft = view.draft
    items = Components()
    rulings: list[dict[str, Any]] = draft.fields.get("rulings") or []
    newest = str(len(rulings) - 1) if rulings else NEW
    items.add_item(PartButton.of(draft.id, "names", NONE, own.names_part, row=0))
    items.add_item(PartButton.of(draft.id, "summary", NONE, own.summary_part, row=0))
    items.add_item(PanelButton.of(draft.id, "parties", own.parties_part, row=0))
    items.add_item(PartButton.of(draft.id, "subject", NONE, own.subject_part, row=0))
    items.add_item(PartButton.of(draft.id, "state", NONE, own.state_part, row=0))
    items.add_item(PartButton.of(draft.id, "ruling", newest, own.ruling_part, row=1))
    if rulings:
        items.add_item(PartButton.of(draft.id, "holding", newest, own.holding_part, row=1))
        items.add_item(PanelButton.of(draft.id, "rulings", own.rulings_part, row=1))
    items.add_item(PanelButton.of(draft.id, "sources", own.sources_part, row=1))
    items.add_item(PanelButton.of(draft.id, "related", own.related_part, row=1))
    if rulings and not rulings[-1].get("result"):
        items.add_item(RulingSelect.of(draft.id, "result", len(rulings) - 1, text))
    elif rulings and not rulings[-1].get("level"):
        items.add_item(RulingSelect.of(draft.id, "level", len(rulings) - 1, text))
    if view.lookalikes:
        items.add_item(LookalikeSelect.of(draft.id, view.lookalikes, text))
    for button in _decisions(view, text):
        items.add_item(button)
    return items


def _decisions(view: DraftView, text: English) -> Iterable[PersistentItem[Any]]:
    draft = view.draft
    stuck = next(iter(draft.typed), None)
    if stuck is not None:
        yield FixButton.of(draft.id, stuck, argument_of(view, stuck), text)
    if not view.errors:
        yield PublishButton.of(draft.id, text)
        yield AnnounceButton.of(DraftSource(draft.id), text.publish_and_announce, row=4)
        yield ReasonButton.of(draft.id, text)
    yield DiscardButton.of(draft.id, "ask", text)


def argument_of(view: DraftView, name: str) -> str:
    """Which entry a form is about whose text was not understood.

    One that was added meanwhile stands at the end of its list.
    """
    typed = view.draft.typed[name]
    if "index" in typed:
        return typed["index"]
    entries: list[Any] = view.draft.fields.get(LISTS.get(name, ""), [])
    return str(len(entries) - 1) if name in LISTS and entries else NONE


def list_view(draft_id: str, name: str, page: EntryPage, text: English) -> discord.ui.View:
    """The entries of a list, to edit or take out one, or to add one."""
    own = text.editors
    items = Components()
    if page.labels:
        items.add_item(EntrySelect.of(draft_id, name, page, text))
    items.add_item(PartButton.of(draft_id, _form_of(name), NEW, own.add_entry, row=1))
    if page.page > 1:
        before = own.previous
        items.add_item(PanelButton.of(draft_id, name, before, row=1, page=page.page - 1))
    if page.page < page.pages:
        items.add_item(PanelButton.of(draft_id, name, own.next, row=1, page=page.page + 1))
    items.add_item(PanelButton.of(draft_id, "preview", own.back, row=2))
    return items


def entry_view(draft_id: str, name: str, index: int, text: English) -> discord.ui.View:
    """What can be done with one entry."""
    own = text.editors
    items = Components()
    argument = str(index)
    if name in _ENTRY_FORMS:
        items.add_item(PartButton.of(draft_id, _form_of(name), argument, own.edit_entry, row=0))
    if name == "rulings":
        items.add_item(PartButton.of(draft_id, "holding", argument, own.holding_part, row=0))
    items.add_item(OutButton.of(draft_id, name, index, text))
    items.add_item(PanelButton.of(draft_id, "preview", own.back, row=1))
    return items


def parties_view(draft_id: str, text: English) -> discord.ui.View:
    """A button for each role."""
    items = Components()
    for number, role in enumerate(Role):
        label = text.editors.roles(role)
        row = number // limits.ROW_BUTTONS
        items.add_item(PartButton.of(draft_id, "parties", role.value, label, row=row))
    items.add_item(PanelButton.of(draft_id, "preview", text.editors.back, row=2))
    return items


def discard_view(draft_id: str, text: English) -> discord.ui.View:
    """Whether somebody is sure."""
    items = Components()
    items.add_item(DiscardButton.of(draft_id, "sure", text))
    items.add_item(PanelButton.of(draft_id, "preview", text.editors.back, row=0))
    return items


def _form_of(name: str) -> str:
    return _ENTRY_FORMS.get(name, name)


class PartButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"draft:part:{_DRAFT}:(?P<form>[a-z]+):(?P<argument>[a-z]+|\d{{1,3}}|-)",
):
    """Opens the form of one part."""

    @classmethod
    def of(cls, draft_id: str, form: str, argument: str, label: str, *, row: int) -> "PartButton":
        """The button for a form and what it is about."""
        custom_id = f"draft:part:{draft_id}:{form}:{argument}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=row))

    async def act(self, interaction: "Interaction") -> None:
        """Open the form, filled with what is there."""
        draft, form, argument = (self.parts[name] for name in ("draft", "form", "argument"))
        await interaction.client.drafts.open_part(interaction, draft, form, argument)


class FixButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"draft:fix:{_DRAFT}:(?P<form>[a-z]+):(?P<argument>[a-z]+|\d{{1,3}}|-)",
):
    """Opens a form again, as it was typed when it was not understood."""

    @classmethod
    def of(cls, draft_id: str, form: str, argument: str, text: English) -> "FixButton":
        """The button for a form."""
        style = discord.ButtonStyle.primary
        custom_id = f"draft:fix:{draft_id}:{form}:{argument}"
        label = text.editors.fix_it
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=4))

    async def act(self, interaction: "Interaction") -> None:
        """Open the form."""
        draft, form, argument = (self.parts[name] for name in ("draft", "form", "argument"))
        await interaction.client.drafts.open_part(interaction, draft, form, argument, as_typed=True)


class PanelButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"draft:panel:{_DRAFT}:(?P<panel>preview|parties|rulings|sources|related)"
    r":(?P<page>\d{1,2})",
):
    """Shows a list of the draft, or the preview again."""

    @classmethod
    def of(cls, draft_id: str, panel: str, label: str, *, row: int, page: int = 1) -> "PanelButton":
        """The button for a list."""
        custom_id = f"draft:panel:{draft_id}:{panel}:{page}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=row))

    async def act(self, interaction: "Interaction") -> None:
        """Show it in the place of the message."""
        draft, panel, page = self.parts["draft"], self.parts["panel"], int(self.parts["page"])
        await interaction.client.drafts.show_panel(interaction, draft, panel, page)


class EntrySelect(
    PersistentItem[discord.ui.Select[Any]], template=rf"draft:entry:{_DRAFT}:{_LIST}"
):
    """The entries of a list; choosing one shows what can be done with it."""

    @classmethod
    def of(cls, draft_id: str, name: str, page: EntryPage, text: English) -> "EntrySelect":
        """The select for a page of a list."""
        options = [
            discord.SelectOption(label=label, value=str(index)) for index, label in page.labels
        ]
        placeholder = text.editors.entry_placeholder(page.page, page.pages)
        custom_id = f"draft:entry:{draft_id}:{name}"
        return cls(
            discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=0)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show the entry's buttons."""
        index = int(self.item.values[0])
        await interaction.client.drafts.show_entry(
            interaction, self.parts["draft"], self.parts["list"], index
        )


class OutButton(
    PersistentItem[discord.ui.Button[Any]], template=rf"draft:out:{_DRAFT}:{_LIST}:{_INDEX}"
):
    """Takes an entry out of a list."""

    @classmethod
    def of(cls, draft_id: str, name: str, index: int, text: English) -> "OutButton":
        """The button for an entry."""
        style = discord.ButtonStyle.danger
        custom_id = f"draft:out:{draft_id}:{name}:{index}"
        label = text.editors.take_out
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Take it out and show the preview."""
        index = int(self.parts["index"])
        await interaction.client.drafts.take_out(
            interaction, self.parts["draft"], self.parts["list"], index
        )


class RulingSelect(
    PersistentItem[discord.ui.Select[Any]],
    template=rf"draft:ruling:{_DRAFT}:(?P<field>result|level):{_INDEX}",
):
    """What a ruling decided, or how high its court is, where that is still missing."""

    @classmethod
    def of(cls, draft_id: str, field: str, index: int, text: English) -> "RulingSelect":
        """The select for a ruling."""
        own = text.editors
        words = own.results() if field == "result" else own.levels()
        placeholder = own.result_placeholder if field == "result" else own.level_placeholder
        options = [discord.SelectOption(label=name, value=value) for value, name in words]
        custom_id = f"draft:ruling:{draft_id}:{field}:{index}"
        return cls(
            discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=2)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Fill it in."""
        await interaction.client.drafts.choose_for_ruling(
            interaction,
            self.parts["draft"],
            int(self.parts["index"]),
            {self.parts["field"]: self.item.values[0]},
        )


class LookalikeSelect(
    PersistentItem[discord.ui.Select[Any]], template=rf"draft:lookalike:{_DRAFT}"
):
    """Existing cases that the draft may be about."""

    @classmethod
    def of(cls, draft_id: str, found: Sequence[Lookalike], text: English) -> "LookalikeSelect":
        """The select for a draft."""
        own = text.editors
        likeness = {
            Likeness.CAPTION: own.same_caption,
            Likeness.DOCKET_NUMBER: own.same_docket,
            Likeness.SOURCE: own.same_source,
        }
        options = [
            discord.SelectOption(
                label=limits.cut(one_line(each.title), limits.OPTION_LABEL),
                value=each.case_id,
                description=likeness[each.likeness],
            )
            for each in found[: limits.SELECT_OPTIONS]
        ]
        placeholder = own.lookalike_placeholder
        custom_id = f"draft:lookalike:{draft_id}"
        return cls(
            discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=3)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show the case beside the draft."""
        await interaction.client.drafts.show_lookalike(interaction, self.item.values[0])


class EditCaseButton(PersistentItem[discord.ui.Button[Any]], template=rf"draft:begin:{_CASE}"):
    """Begins an edit of a case."""

    @classmethod
    def of(cls, case_id: str, label: str) -> "EditCaseButton":
        """The button for a case."""
        style = discord.ButtonStyle.primary
        custom_id = f"draft:begin:{case_id}"
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """Show the preview of the edit."""
        await interaction.client.drafts.begin_edit(interaction, self.parts["case"])


class PublishButton(PersistentItem[discord.ui.Button[Any]], template=rf"draft:publish:{_DRAFT}"):
    """Publishes a draft without telling anybody."""

    @classmethod
    def of(cls, draft_id: str, text: English) -> "PublishButton":
        """The button for a draft."""
        style = discord.ButtonStyle.success
        custom_id = f"draft:publish:{draft_id}"
        label = text.editors.publish
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=4))

    async def act(self, interaction: "Interaction") -> None:
        """Publish it."""
        await interaction.client.drafts.publish(interaction, self.parts["draft"])


class ReasonButton(PersistentItem[discord.ui.Button[Any]], template=rf"draft:reason:{_DRAFT}"):
    """Asks why, and then publishes."""

    @classmethod
    def of(cls, draft_id: str, text: English) -> "ReasonButton":
        """The button for a draft."""
        custom_id = f"draft:reason:{draft_id}"
        label = text.editors.publish_with_reason
        return cls(discord.ui.Button(label=label, custom_id=custom_id, row=4))

    async def act(self, interaction: "Interaction") -> None:
        """Open the form for the reason."""
        await interaction.client.drafts.ask_reason(interaction, self.parts["draft"])


class DiscardButton(
    PersistentItem[discord.ui.Button[Any]], template=rf"draft:discard:{_DRAFT}:(?P<sure>ask|sure)"
):
    """Throws a draft away, after a question."""

    @classmethod
    def of(cls, draft_id: str, sure: str, text: English) -> "DiscardButton":
        """The button for a draft."""
        own = text.editors
        style = discord.ButtonStyle.danger
        label = own.discard_yes if sure == "sure" else own.discard
        row = 0 if sure == "sure" else 4
        custom_id = f"draft:discard:{draft_id}:{sure}"
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=row))

    async def act(self, interaction: "Interaction") -> None:
        """Ask, or do it."""
        sure = self.parts["sure"] == "sure"
        await interaction.client.drafts.discard(interaction, self.parts["draft"], sure=sure)


class DraftSelect(PersistentItem[discord.ui.Select[Any]], template=r"draft:open"):
    """Somebody's drafts."""

    @classmethod
    def of(cls, options: Sequence[discord.SelectOption], text: English) -> "DraftSelect":
        """The select of all of them."""
        placeholder = text.editors.drafts_placeholder
        return cls(
            discord.ui.Select(custom_id="draft:open", placeholder=placeholder, options=[*options])
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show the draft's preview."""
        await interaction.client.drafts.show_panel(interaction, self.item.values[0], "preview", 1)


class RelateSelect(
    PersistentItem[discord.ui.Select[Any]],
    template=rf"draft:relate:{_DRAFT}:(?P<relation>[a-z-]+)",
):
    """The cases that may be meant as a related one."""

    @classmethod
    def of(
        cls, draft_id: str, relation: str, options: Sequence[discord.SelectOption]
    ) -> "RelateSelect":
        """The select for a relation."""
        custom_id = f"draft:relate:{draft_id}:{relation}"
        return cls(discord.ui.Select(custom_id=custom_id, options=[*options], row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Relate the chosen one."""
        await interaction.client.drafts.relate(
            interaction, self.parts["draft"], self.parts["relation"], self.item.values[0]
        )


DRAFT_ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    PartButton,
    FixButton,
    PanelButton,
    EntrySelect,
    OutButton,
    RulingSelect,
    LookalikeSelect,
    EditCaseButton,
    PublishButton,
    ReasonButton,
    DiscardButton,
    DraftSelect,
    RelateSelect,
)
