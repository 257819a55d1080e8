"""The page of all commands, from the command tree. Pure."""

from collections.abc import Iterator
from typing import Any

from discord import app_commands

from bot.text import English

_Listed = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu


def commands_page(tree: "app_commands.CommandTree[Any]", text: English) -> str:
    """A Markdown page: what each command does, in one line, its options and who may use it."""
    own = text.editors
    lines = [f"# {own.commands_title}", "", own.commands_note, ""]
    lines += [_row(own.commands_columns), _row(("---",) * len(own.commands_columns))]
    lines += [_row(_cells(command, text)) for command in _listed(tree)]
    return "\n".join([*lines, ""])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _listed(tree: "app_commands.CommandTree[Any]") -> Iterator[_Listed]:
    """Every command that can be used, by name; those of menus last."""
    commands = [c for c in tree.walk_commands() if isinstance(c, app_commands.Command)]
    yield from sorted(commands, key=lambda command: command.qualified_name)
    for command in tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            yield command


def _cells(command: _Listed, text: English) -> tuple[str, ...]:
    own = text.editors
    if isinstance(command, app_commands.ContextMenu):
        return f"*{command.name}*", own.on_a_message, own.everybody_may
    options = [f"`{each.name}:`" for each in command.parameters]
    name = " ".join([f"`/{command.qualified_name}`", *options])
    everybody = command.description.endswith(f" ({own.everybody_may})")
    who = own.everybody_may if everybody else own.editors_may
    description = command.description.removesuffix(f" ({who})")
    return name, description, who
