"""The entries of a draft's lists as options to choose from. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat import limits
from bot.domain.drafts import Fields
from bot.domain.text import one_line
from bot.text import English

PAGE = limits.SELECT_OPTIONS


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries of a list."""

    labels: Sequence[tuple[int, str]]
    """The index of each, and what it is called."""
    page: int
    """Counts from 1."""
    pages: int


def entries_of(fields: Fields, name: str, page: int, text: English) -> EntryPage:
    """A page of the list `rulings`, `sources` or `related`; a number too large gives the last."""
    entries: list[Mapping[str, Any]] = fields.get(name) or []
    pages = max(1, -(-len(entries) // PAGE))
    shown = min(max(page, 1), pages)
    first = (shown - 1) * PAGE
    labels = [
        (index, entry_label(entry, name, index, text))
        for index, entry in enumerate(entries[first : first + PAGE], first)
    ]
    return EntryPage(labels, shown, pages)


def entry_label(entry: Mapping[str, Any], name: str, index: int, text: English) -> str:
    """What an entry is called in a list: its number and what tells it apart."""
    match name:
        case "rulings":
            parts = [entry.get("court"), entry.get("decided_on"), entry.get("docket_number")]
        case "sources":
            parts = [entry.get("title"), entry.get("url")]
        case _:
            parts = [text.editors.relation_word(entry.get("relation") or ""), entry.get("slug")]
    said = " · ".join(one_line(part) for part in parts if part)
    return limits.cut(f"{index + 1}. {said or text.editors.untitled}", limits.OPTION_LABEL)
