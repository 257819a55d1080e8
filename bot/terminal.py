"""The bot's messages in a terminal."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
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
