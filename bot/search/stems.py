"""Words without their endings, as the texts of records are searched."""

from collections.abc import Iterable

_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST = 3
_MARK = "~"


def stems_of(words: Iterable[str]) -> set[str]:
    """The words without English endings, marked so that no stem is taken for a word of a name."""
    return {_MARK + _stem(word) for word in words}


def _stem(word: str) -> str:
    if not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
