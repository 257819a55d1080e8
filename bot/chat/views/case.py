"""The components below an answer to /case."""

from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.curation.suggestions import ReportButton
from bot.chat.render.lines import button_label, option_description, option_label
from bot.chat.render.reply import CaseMessage, ChoiceMessage
from bot.chat.views.announcement import FollowButton
from bot.chat.views.items import Components, PersistentItem
from bot.services.lookup import CaseLine
from bot.text import English

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.interactions import Interaction

_CASE_ID = r"(?P<case>[a-z2-7]{13})"
_ASKER = r"(?P<asker>\d{1,20})"
_NOBODY = 0
_SECOND_ROW = 3
"""Below the lists; the first row may be full."""
_VISIBILITY = r"(?P<visibility>public|private)"


class KeptView(Components):
    """The components below an answer, built once and sent to everybody who asks for the same.

    discord.py takes a quarter of a lookup's time to build thirty options from objects.
    """

    def __init__(self, rows: "list[dict[str, Any]]") -> None:
        super().__init__()
        self._rows = rows

    def to_components(self) -> "list[dict[str, Any]]":
        """The rows, as Discord's JSON."""
        return self._rows

    def asked_by(self, asker: int) -> "KeptView":
        """The same components below an answer that `asker` asked for."""
        return KeptView([_asked_by(row, asker) for row in self._rows])


def case_view(message: CaseMessage, text: English, *, private: bool) -> KeptView:
    """Links, the full record, and lists of other and related cases below an answer.

    Args:
        message: the answer.
        text: the sentences.
        private: whether only the asker sees it; Discord then offers its own way to dismiss it.
    """
    view = Components()
    for link in message.links:
        view.add_item(discord.ui.Button(label=link.label, url=link.url, row=0))
    view.add_item(FullRecordButton.of(message.case_id, text))
    if not private:
        view.add_item(DeleteButton.of(_NOBODY, text))
    view.add_item(FollowButton.of(message.case_id, text, row=_SECOND_ROW))
    view.add_item(ReportButton.of(message.case_id, text))
    if len(message.fits) > 1:
        view.add_item(CaseSelect.of_fits(message, _NOBODY, text))
    if message.related:
        view.add_item(CaseSelect.of_related(message, _NOBODY, text))
    return KeptView(view.to_components())


def _asked_by(part: "dict[str, Any]", asker: int) -> "dict[str, Any]":
    """A row or component with the asker's id at the end of the ids that hold one."""
    if "components" in part:
        return {**part, "components": [_asked_by(inner, asker) for inner in part["components"]]}
    verb, _, last = part.get("custom_id", "").rpartition(":")
    return {**part, "custom_id": f"{verb}:{asker}"} if last == str(_NOBODY) else part


def choice_view(message: ChoiceMessage, text: English, *, private: bool) -> KeptView:
    """The cases that may be meant, below a private sentence.

    Args:
        message: the sentence and the cases.
        text: the sentences.
        private: whether the case that is chosen shall be private as well.
    """
    view = Components()
    visibility = "private" if private else "public"
    if message.unsure:
        view.add_item(NearSelect.of(message.lines, visibility, text))
    else:
        for line in message.lines:
            view.add_item(NearButton.of(line, visibility))
    return KeptView(view.to_components())


class FullRecordButton(PersistentItem[discord.ui.Button[Any]], template=f"case:full:{_CASE_ID}"):
    """Sends the whole record as a file, to the one who presses."""

    @classmethod
    def of(cls, case_id: str, text: English) -> "FullRecordButton":
        """The button for a case."""
        custom_id = f"case:full:{case_id}"
        return cls(discord.ui.Button(label=text.full_record, custom_id=custom_id, row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Send the file."""
        await interaction.client.cases.send_full_record(interaction, self.parts["case"])


class DeleteButton(PersistentItem[discord.ui.Button[Any]], template=f"answer:delete:{_ASKER}"):
    """Deletes a public answer, for who asked and for moderators."""

    @classmethod
    def of(cls, asker: int, text: English) -> "DeleteButton":
        """The button on an answer that `asker` asked for."""
        style = discord.ButtonStyle.secondary
        custom_id = f"answer:delete:{asker}"
        return cls(discord.ui.Button(label=text.delete, style=style, custom_id=custom_id, row=0))

    async def act(self, interaction: "Interaction") -> None:
        """Delete the message, or say who may."""
        await interaction.client.cases.delete(interaction, int(self.parts["asker"]))


class CaseSelect(
    PersistentItem[discord.ui.Select[Any]],
    template=rf"case:(?P<list>fits|related):(?P<total>\d{{1,9}}):{_ASKER}",
):
    """A list of cases under an answer; choosing one shows it in the answer's place."""

    @classmethod
    def of_fits(cls, message: CaseMessage, asker: int, text: English) -> "CaseSelect":
        """All cases that the query fits, the shown one selected."""
        placeholder = text.fits_placeholder(len(message.fits), message.total)
        custom_id = f"case:fits:{message.total}:{asker}"
        return cls(_select(custom_id, placeholder, message.fits, message.case_id, text))

    @classmethod
    def of_related(cls, message: CaseMessage, asker: int, text: English) -> "CaseSelect":
        """The cases that the shown one names as related."""
        custom_id = f"case:related:{len(message.related)}:{asker}"
        return cls(_select(custom_id, text.related_placeholder, message.related, None, text))

    @classmethod
    def fits_on(cls, message: discord.Message) -> tuple[list[str], int]:
        """The ids in the list of cases that fit on a message of ours, and how many fit in all."""
        for row in message.components:
            for component in getattr(row, "children", ()):
                match = cls.__discord_ui_compiled_template__.fullmatch(component.custom_id or "")
                if match and match["list"] == "fits":
                    return [option.value for option in component.options], int(match["total"])
        return [], 1

    async def act(self, interaction: "Interaction") -> None:
        """Show the chosen case."""
        asker = int(self.parts["asker"])
        await interaction.client.cases.show_chosen(interaction, self.item.values[0], asker)


class NearButton(
    PersistentItem[discord.ui.Button[Any]], template=f"case:near:{_CASE_ID}:{_VISIBILITY}"
):
    """One of the nearest names where nothing fits."""

    @classmethod
    def of(cls, line: CaseLine, visibility: str) -> "NearButton":
        """The button for a case."""
        custom_id = f"case:near:{line.id}:{visibility}"
        return cls(discord.ui.Button(label=button_label(line), custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """Answer with the case, as the question would have been answered."""
        private = self.parts["visibility"] == "private"
        await interaction.client.cases.answer(interaction, self.parts["case"], private=private)


class NearSelect(PersistentItem[discord.ui.Select[Any]], template=f"case:near:{_VISIBILITY}"):
    """The cases that may be meant where none is sure."""

    @classmethod
    def of(cls, lines: "Sequence[CaseLine]", visibility: str, text: English) -> "NearSelect":
        """The list of cases."""
        placeholder = text.did_you_mean_placeholder
        return cls(_select(f"case:near:{visibility}", placeholder, lines, None, text))

    async def act(self, interaction: "Interaction") -> None:
        """Answer with the case, as the question would have been answered."""
        private = self.parts["visibility"] == "private"
        await interaction.client.cases.answer(interaction, self.item.values[0], private=private)


def _select(
    custom_id: str, placeholder: str, lines: "Sequence[CaseLine]", shown: str | None, text: English
) -> "discord.ui.Select[Any]":
    options = [
        discord.SelectOption(
            label=option_label(line),
            value=line.id,
            description=option_description(line, text),
            default=line.id == shown,
        )
        for line in lines[: limits.SELECT_OPTIONS]
    ]
    placeholder = limits.cut(placeholder, limits.PLACEHOLDER)
    return discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options)


ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    FullRecordButton,
    DeleteButton,
    CaseSelect,
    NearButton,
    NearSelect,
)
"""Every component that this module puts on a message."""
