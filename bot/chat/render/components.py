"""Components as Discord's JSON, made at once instead of from objects of discord.py.

An answer holds up to sixty parts, and discord.py takes longer to build them than the answer takes
to render. A test holds them to what discord.py makes. (Discord: "Component Reference".)
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.chat import limits

Json: TypeAlias = "dict[str, Any]"

_ROW, _BUTTON, _SELECT = 1, 2, 3
_SECONDARY, _LINK = 2, 5


def row(parts: Sequence[Json]) -> Json:
    """One row: at most five buttons, or one select."""
    return {"type": _ROW, "components": parts}


def button(label: str, custom_id: str) -> Json:
    """A grey button; the label has to keep its limit."""
    return {
        "type": _BUTTON,
        "style": _SECONDARY,
        "disabled": False,
        "label": label,
        "custom_id": custom_id,
    }


def link(label: str, url: str) -> Json:
    """A button that opens an address; both have to keep their limits."""
    return {"type": _BUTTON, "style": _LINK, "disabled": False, "label": label, "url": url}


def option(label: str, value: str, description: str) -> Json:
    """An option of a select, not chosen; all three have to keep their limits."""
    return {"label": label, "value": value, "default": False, "description": description}


def select(custom_id: str, placeholder: str, options: Sequence[Json]) -> Json:
    """A list to choose one from; the placeholder is cut to its limit, as are the options."""
    return {
        "type": _SELECT,
        "custom_id": custom_id,
        "min_values": 1,
        "max_values": 1,
        "disabled": False,
        "required": True,
        "placeholder": limits.cut(placeholder, limits.PLACEHOLDER),
        "options": options[: limits.SELECT_OPTIONS],
    }
