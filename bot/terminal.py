"""The bot's messages and a progress bar in a terminal."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text


def show_message(message: dict[str, Any]) -> None:
    """Print a message of the bot's on standard output.

    Args:
        message: `content` and `embeds`, as Discord's JSON has them.
    """
    console = Console()
    links = console.is_terminal
    console.print(_markdown(message["content"], links=links))
    for embed in message["embeds"]:
        console.print(_panel(embed, links=links))


def _panel(embed: dict[str, Any], *, links: bool) -> Panel:
    parts: list[RenderableType] = [_markdown(embed.get("description", ""), links=links)]
    for field in embed.get("fields", []):
        name = Text(_unescaped(field["name"]), style="bold")
        parts += [Text(), name, _markdown(field["value"], links=links)]
    footer = embed.get("footer", {}).get("text", "")
    parts += [Text(), Text(footer, style="dim")]
    title = Text(_unescaped(embed["title"]), style="bold")
    return Panel(Group(*parts), title=title, title_align="left", padding=(1, 2))


def _markdown(text: str, *, links: bool) -> Markdown:
    """Discord breaks a line where Markdown would go on; two spaces make it break too.

    A terminal can hide the address behind a link's words; a file or a pipe has to show it.
    """
    return Markdown(text.replace("\n", "  \n"), hyperlinks=links)


def _unescaped(title: str) -> str:
    return title.replace("\\", "")


@contextmanager
def progress_bar(what: str, total: int) -> Generator[Callable[[int], None]]:
    """Show on standard error how far something is; nothing where that is no terminal.

    Args:
        what: is being done.
        total: how many steps it has.

    Yields:
        A function that takes how many are done; any thread may call it.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
