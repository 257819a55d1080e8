"""The components below an answer to /case."""

from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.curation.suggestions import ReportButton
from bot.chat.render.components import Json, button, link, row, select
from bot.chat.render.lines import button_label, case_option
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
_FOLLOW_ROW = 3
"""Or the last, where there are fewer above."""
_VISIBILITY = r"(?P<visibility>public|private)"


class Rows(Components):
    """The components of an answer, which are Discord's JSON already."""

    def __init__(self, rows: "list[Json]") -> None:
        super().__init__()
        self._rows = rows

    def to_components(self) -> "list[Json]":
        """The rows."""
        return self._rows


def case_view(message: CaseMessage, asker: int, text: English, *, private: bool) -> Rows:
    """Links, the full record, and lists of other and related cases below an answer.

    Args:
        message: the answer.
        asker: who asked for it.
        text: the sentences.
        private: whether only the asker sees it; Discord then offers its own way to dismiss it.
    """
    case_id = message.case_id
    buttons = [link(each.label, each.url) for each in message.links]
    buttons.append(FullRecordButton.part(case_id, text))
    if not private:
        buttons.append(DeleteButton.part(asker, text))
    lists: list[Json] = []
    if len(message.fits) > 1:
        lists.append(CaseSelect.part_of_fits(message, asker, text))
    if message.related:
        lists.append(CaseSelect.part_of_related(message, asker, text))
    rows = [buttons, *([each] for each in lists)]
    report = ReportButton.part(case_id, text)
    if len(buttons) < limits.ROW_BUTTONS:
        buttons.append(report)
    else:
        rows.insert(1, [report])
    rows.insert(_FOLLOW_ROW, [FollowButton.part(case_id, text)])
    return Rows([row(each) for each in rows])


def choice_view(message: ChoiceMessage, text: English, *, private: bool) -> Rows:
    """The cases that may be meant, below a private sentence.

    Args:
        message: the sentence and the cases.
        text: the sentences.
        private: whether the case that is chosen shall be private as well.
    """
    visibility = "private" if private else "public"
    if message.unsure:
        return Rows([row([NearSelect.part(message.lines, visibility, text)])])
    parts = [NearButton.part(line, visibility) for line in message.lines]
    return Rows([row(parts)] if parts else [])


class FullRecordButton(PersistentItem[discord.ui.Button[Any]], template=f"case:full:{_CASE_ID}"):
    """Sends the whole record as a file, to the one who presses."""

    @staticmethod
    def part(case_id: str, text: English) -> Json:
        """The button for a case."""
        return button(text.full_record, f"case:full:{case_id}")

    async def act(self, interaction: "Interaction") -> None:
        """Send the file."""
        await interaction.client.cases.send_full_record(interaction, self.parts["case"])


class DeleteButton(PersistentItem[discord.ui.Button[Any]], template=f"answer:delete:{_ASKER}"):
    """Deletes a public answer, for who asked and for moderators."""

    @staticmethod
    def part(asker: int, text: English) -> Json:
        """The button on an answer that `asker` asked for."""
        return button(text.delete, f"answer:delete:{asker}")

    async def act(self, interaction: "Interaction") -> None:
        """Delete the message, or say who may."""
        await interaction.client.cases.delete(interaction, int(self.parts["asker"]))


class CaseSelect(
    PersistentItem[discord.ui.Select[Any]],
    template=rf"case:(?P<list>fits|related):(?P<total>\d{{1,9}}):{_ASKER}",
):
    """A list of cases under an answer; choosing one shows it in the answer's place."""

    @staticmethod
    def part_of_fits(message: CaseMessage, asker: int, text: English) -> Json:
        """All cases that the query fits, the shown one selected."""
        placeholder = text.fits_placeholder(
            len(message.fits), message.total, or_more=message.or_more
        )
        options = [
            {**case_option(line, text), "default": True}
            if line.id == message.case_id
            else case_option(line, text)
            for line in message.fits
        ]
        return select(f"case:fits:{message.total}:{asker}", placeholder, options)

    @staticmethod
    def part_of_related(message: CaseMessage, asker: int, text: English) -> Json:
        """The cases that the shown one names as related."""
        custom_id = f"case:related:{len(message.related)}:{asker}"
        options = [case_option(line, text) for line in message.related]
        return select(custom_id, text.related_placeholder, options)

    @classmethod
    def fits_on(cls, message: discord.Message) -> tuple[list[str], int]:
        """The ids in the list of cases that fit on a message of ours, and how many fit in all."""
        for shown in message.components:
            for component in getattr(shown, "children", ()):
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

    @staticmethod
    def part(line: CaseLine, visibility: str) -> Json:
        """The button for a case."""
        return button(button_label(line), f"case:near:{line.id}:{visibility}")

    async def act(self, interaction: "Interaction") -> None:
        """Answer with the case, as the question would have been answered."""
        private = self.parts["visibility"] == "private"
        await interaction.client.cases.answer(interaction, self.parts["case"], private=private)


class NearSelect(PersistentItem[discord.ui.Select[Any]], template=f"case:near:{_VISIBILITY}"):
    """The cases that may be meant where none is sure."""

    @staticmethod
    def part(lines: "Sequence[CaseLine]", visibility: str, text: English) -> Json:
        """The list of cases."""
        options = [case_option(line, text) for line in lines]
        return select(f"case:near:{visibility}", text.did_you_mean_placeholder, options)

    async def act(self, interaction: "Interaction") -> None:
        """Answer with the case, as the question would have been answered."""
        private = self.parts["visibility"] == "private"
        await interaction.client.cases.answer(interaction, self.item.values[0], private=private)


ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    FullRecordButton,
    DeleteButton,
    CaseSelect,
    NearButton,
    NearSelect,
)
"""Every component that this module puts on a message."""
