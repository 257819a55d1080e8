"""Text of a record as Discord markdown: escaped, and links that cannot be anything else."""

import re
from urllib.parse import quote, urlsplit

from discord.utils import escape_markdown

from bot.chat import limits
from bot.domain.text import one_line, visible

_URL_CHARACTERS = "!#$%&'*+,-./:;=?@_~"
LINE = 300
"""The most that a name takes where nothing else is said."""
_RAW = 2
"""How much more of a text is read than is shown, since some of it may be invisible."""
_MARKUP = re.compile(r"[*_~`|<>\[\]\\#]")
_SAFE_URL = re.compile(rf"https://[a-z0-9.-]+/[A-Za-z0-9{re.escape(_URL_CHARACTERS)}]*")
"""An address as most are: nothing in it has to be changed."""
_MORE = {ord("<"): "\\<", ord("["): "\\[", ord("]"): "\\]"}


def escape(text: str) -> str:
    """Visible text, on as many lines as it has, with nothing that Discord would format."""
    return text if _is_plain(text) else _escaped(visible(text))


def escape_line(text: str, limit: int = LINE) -> str:
    """Escaped text on one line, cut to `limit`.

    What has no room is not looked at: a record may hold hundreds of texts of 4,000 characters.
    """
    if len(text) <= limit and _is_plain(text):
        return text
    shown = limits.cut(one_line(text[: _RAW * limit]) or one_line(text), limit)
    return limits.cut(_escaped(shown), limit)


def _is_plain(text: str) -> bool:
    """Whether a text can stand as it is; most names and sentences can."""
    if not (text.isascii() and text.isprintable()) or _MARKUP.search(text):
        return False
    return not (text.startswith(("-", " ")) or text.endswith(" ") or "  " in text)


def _escaped(text: str) -> str:
    """Mentions, custom emoji and timestamps begin with `<`, which discord.py leaves alone."""
    return escape_markdown(text, ignore_links=False).translate(_MORE)


def safe_url(url: str) -> str | None:
    """The address as a link may carry it, or `None` where it is not https.

    Characters that could end a markdown link are percent-encoded.
    """
    if _SAFE_URL.fullmatch(url):
        return url
    if urlsplit(url).scheme != "https":
        return None
    return quote(url, safe=_URL_CHARACTERS)


def button_url(url: str) -> str | None:
    """The address for a link button, or `None` where it is not https or too long for one."""
    safe = safe_url(url)
    return safe if safe is not None and limits.size(safe) <= limits.LINK_URL else None
