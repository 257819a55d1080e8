"""Text from people and feeds, made safe to show."""

import re
import unicodedata

_SHOWN_AS_NOTHING = "\u115f\u1160\u2800\u3164\uffa0"
_BLANK = re.compile(f"[{_SHOWN_AS_NOTHING}]")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def visible(text: str) -> str:
    r"""The text without control, zero-width, bidirectional and unassigned characters.

    Line ends become `\n`, runs of other white space one space, and at most one empty line stands
    between two paragraphs.
    """
    if _is_clean(text):
        return " ".join(text.split())
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").split("\n")
    kept = [" ".join(_shown(line).split()) for line in lines]
    paragraphs = "\n".join(kept).strip("\n")
    while "\n\n\n" in paragraphs:
        paragraphs = paragraphs.replace("\n\n\n", "\n\n")
    return paragraphs


def one_line(text: str) -> str:
    """`visible` text on a single line."""
    return " ".join((text if _is_clean(text) else visible(text)).split())


def _is_clean(text: str) -> bool:
    """Whether every character is seen or a space, as in most texts of one line."""
    return text.isprintable() and (text.isascii() or not _BLANK.search(text))


def _shown(line: str) -> str:
    if _is_clean(line):
        return line
    return "".join(
        " " if character == "\t" else character
        for character in line
        if character == "\t"
        or (
            unicodedata.category(character) not in _DROPPED_CATEGORIES
            and character not in _SHOWN_AS_NOTHING
        )
    )
