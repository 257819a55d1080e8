"""Forms that work after a restart: their `custom_id` says all that they need.

discord.py keeps a form in memory until it is submitted, and drops what comes from one that it does
not know. So a form is sent without being kept, and the client gives what comes to `receive`.
"""

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import discord

from bot.chat import limits
from bot.chat.interactions import Interaction
from bot.domain.text import one_line, visible

_TITLE = 45
_LABEL = 45
_NOTE = 100
_INPUT = 4000


@dataclass(frozen=True, slots=True)
class TextField:
    """Something to type."""

    key: str
    label: str
    value: str = ""
    long: bool = False
    required: bool = False
    example: str = ""
    note: str = ""
    most: int = _INPUT

    @property
    def fits(self) -> bool:
        """Whether Discord takes the value; one that does not fit is not shown, and so kept."""
        return limits.size(self.value) <= self.most


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """Something to choose from a vocabulary."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    """Value and name."""
    chosen: Sequence[str] = ()
    most: int = 1
    required: bool = False
    note: str = ""

    @property
    def fits(self) -> bool:
        """Always: a vocabulary is never longer than a select."""
        return True


Field = TextField | ChoiceField


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody submitted."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, Any])

    def text(self, key: str, otherwise: str = "") -> str:
        """A typed text; `otherwise` if the form did not have that field."""
        value = self.values.get(key, otherwise)
        return value if isinstance(value, str) else otherwise

    def chosen(self, key: str) -> tuple[str, ...] | None:
        """The chosen values; `None` if the form did not have that field."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else None


class PersistentForm:
    """Something to do with a submitted form. A subclass gives its `template` and `act`."""

    template: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")

    def __init_subclass__(cls, *, template: str) -> None:
        cls.template = re.compile(template)

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = parts

    @classmethod
    def of_id(cls, custom_id: str) -> "PersistentForm | None":
        """The form with this id, if it is one of this class."""
        match = cls.template.fullmatch(custom_id)
        return cls(match.groupdict()) if match else None

    async def receive(self, interaction: Interaction) -> None:
        """Take a submitted form; every error of it ends here, and what was typed goes back."""
        filled = filled_in(interaction)
        try:
            await self.act(interaction, filled)
        except Exception as error:  # noqa: BLE001 - the one place where forms' errors end
            await interaction.client.errors.report(interaction, error)
            await _give_back(interaction, filled)

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """What the form is for."""
        raise NotImplementedError


async def _give_back(interaction: Interaction, filled: Filled) -> None:
    """Send somebody what they typed into a form that failed, since Discord has thrown it away."""
    typed = [value for value in filled.values.values() if isinstance(value, str) and value.strip()]
    if not typed:
        return
    written = "\n\n".join(typed).encode(errors="replace")
    file = discord.File(io.BytesIO(written), filename="what-you-typed.txt")
    with suppress(discord.HTTPException):
        await interaction.followup.send(file=file, ephemeral=True)


async def open_form(
    interaction: Interaction, custom_id: str, title: str, fields: Sequence[Field], note: str = ""
) -> bool:
    """Show a form. Fields whose stored value Discord would not take are left out.

    Returns:
        Whether there was anything to show; else the interaction is not answered yet.
    """
    shown = [each for each in fields if each.fits]
    if not shown and not note:
        return False
    modal = discord.ui.Modal(title=limits.cut(one_line(title), _TITLE), custom_id=custom_id)
    if note:
        modal.add_item(discord.ui.TextDisplay(limits.cut(note, limits.CONTENT)))
    for each in shown:
        item = _input(each) if isinstance(each, TextField) else _select(each)
        label = discord.ui.Label(
            text=limits.cut(each.label, _LABEL),
            description=limits.cut(each.note, _NOTE) or None,
            component=item,
        )
        modal.add_item(label)
    modal.stop()  # discord.py keeps only forms that wait
    await interaction.response.send_modal(modal)
    return True


def _input(text: TextField) -> "discord.ui.TextInput[Any]":
    value = visible(text.value) if text.long else one_line(text.value)
    return discord.ui.TextInput(
        custom_id=text.key,
        style=discord.TextStyle.paragraph if text.long else discord.TextStyle.short,
        default=value or None,
        required=text.required,
        placeholder=limits.cut(text.example, 100) or None,
        max_length=text.most,
    )


def _select(choice: ChoiceField) -> "discord.ui.Select[Any]":
    options = [
        discord.SelectOption(label=name, value=value, default=value in choice.chosen)
        for value, name in choice.options
    ]
    return discord.ui.Select(
        custom_id=choice.key,
        options=options,
        min_values=1 if choice.required else 0,
        max_values=min(choice.most, len(options)),
        required=choice.required,
    )


def filled_in(interaction: Interaction) -> Filled:
    """What stands in a submitted form, by the fields' keys."""
    data = cast("dict[str, Any]", interaction.data or {})
    values: dict[str, str | tuple[str, ...]] = {}
    for row in data.get("components", []):
        for part in (row.get("component"), *row.get("components", ())):
            if part is None or "custom_id" not in part:
                continue
            if "values" in part:
                values[part["custom_id"]] = tuple(map(str, part["values"]))
            elif isinstance(part.get("value"), str):
                values[part["custom_id"]] = part["value"]
    return Filled(values)
