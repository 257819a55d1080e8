"""Discord's limits, and how text is made to keep them without an exception.

The numbers are those of Discord's API documentation (message resource, "Embed Limits";
component reference; application command option choices). Discord does not say how it counts a
character outside the Basic Multilingual Plane, so `size` counts UTF-16 units, which is never less
than any other way of counting.
"""

from collections.abc import Callable, Sequence

CONTENT = 2000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_AUTHOR = 256
EMBED_TOTAL = 6000
"""The sum of all texts in all embeds of one message."""

CHOICES = 25
CHOICE_NAME = 100
CHOICE_VALUE = 100

BUTTON_LABEL = 80
LINK_URL = 512
CUSTOM_ID = 100
SELECT_OPTIONS = 25
OPTION_LABEL = 100
OPTION_DESCRIPTION = 100
PLACEHOLDER = 150
ROW_BUTTONS = 5
FORM_PARTS = 5
"""How many labels and texts a form may have."""

_UTF_16 = "utf-16-le"
_SENTENCE_ENDS = (". ", "! ", "? ", "。", "！", "？", ".\n", "; ")
_LEAST_SENTENCE = 0.5


def size(text: str) -> int:
    """How long Discord may find a text, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode(_UTF_16, "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text, or as much of it as fits into `limit` with an ellipsis at the end."""
    if size(text) <= limit:
        return text
    if limit < 1:
        return ""
    units = text.encode(_UTF_16, "surrogatepass")[: 2 * (limit - 1)]
    return units.decode(_UTF_16, "ignore").rstrip().removesuffix("\\") + "…"


def shorten(text: str, limit: int) -> str:
    """The text, or as many whole sentences as fit; where even one is too long, a cut."""
    if size(text) <= limit:
        return text
    room = text[: max(limit - 2, 0)]
    end = max(room.rfind(mark) + len(mark.rstrip()) for mark in _SENTENCE_ENDS)
    if end < _LEAST_SENTENCE * limit or size(room[:end]) > limit - 2:
        return cut(text, limit)
    return room[:end] + " …"


def list_within(
    parts: Sequence[str], separator: str, limit: int, most: int, more: Callable[[int], str]
) -> tuple[str, int]:
    """Join the leading parts that fit whole, and say how many do not.

    Args:
        parts: the entries, most important first.
        separator: what stands between two.
        limit: the length of the whole.
        most: how many entries to show even where there is room for more.
        more: makes the closing entry from the number of missing ones.

    Returns:
        The text, empty if not even one part fits, and how many parts are missing.
    """
    for count in range(min(len(parts), most), 0, -1):
        missing = len(parts) - count
        joined = separator.join([*parts[:count], more(missing)] if missing else parts)
        if size(joined) <= limit:
            return joined, missing
    return "", len(parts)
