"""Text of a record as Discord markdown: escaped, and links that cannot be anything else."""

from urllib.parse import quote, urlsplit

from discord.utils import escape_markdown

from bot.chat import limits
from bot.domain.text import one_line, visible

_URL_CHARACTERS = "!#$%&'*+,-./:;=?@_~"
_MORE = {ord("<"): "\\<", ord("["): "\\[", ord("]"): "\\]"}


def escape(text: str) -> str:
    """Visible text, on as many lines as it has, with nothing that Discord would format.

    Mentions, custom emoji and timestamps begin with `<`, which discord.py leaves alone.
    """
    return escape_markdown(visible(text), ignore_links=False).translate(_MORE)


def escape_line(text: str) -> str:
    """Escaped text on one line."""
    return escape(one_line(text))


def safe_url(url: str) -> str | None:
    """The address as a link may carry it, or `None` where it is not https.

    Characters that could end a markdown link are percent-encoded.
    """
    if urlsplit(url).scheme != "https":
        return None
    return quote(url, safe=_URL_CHARACTERS)


def button_url(url: str) -> str | None:
    """The address for a link button, or `None` where it is not https or too long for one."""
    safe = safe_url(url)
    return safe if safe is not None and limits.size(safe) <= limits.LINK_URL else None
