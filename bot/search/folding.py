"""Text in the one form that queries and records are compared in.

Folding takes away what people leave out or write differently: case, accents, full-width forms,
traditional and Japanese forms of Han characters, the `v.` between parties, leading zeros.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from anyascii import anyascii
from opencc import OpenCC

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK = f"{_HAN}\u3005\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7af"
_ROW = 256
_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))

_MARKS = re.compile("[\u0300-\u036f]+")
_JOINERS = re.compile(
    "['’‘ʼ`\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]+"
)
_LATIN = re.compile("[\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff]+")
_UNITED_STATES = re.compile(r"\bu\.? ?s\.? ?a\b\.?|\bu\. ?s\b\.?|\bus\b")
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W\d_{_CJK}]+|\d+")
_CJK_RUN = re.compile(rf"[{_CJK}]+")
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u02af\u1e00-\u1eff]+")

_AND_OTHERS = re.compile(r"\bet\.? al\b\.?")

BETWEEN_PARTIES = frozenset({"v", "vs", "versus", "against", "the"})
"""Words of a caption that people write in any way, or not at all."""


def fold(text: str) -> str:
    """The text in lower case, without accents, in simplified characters, `US` written out."""
    plain = unicodedata.normalize("NFKD", text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _MARKS.sub("", plain))
        plain = _LATIN.sub(_in_ascii, plain.translate(_simplified()))
    plain = _JOINERS.sub("", plain.casefold()).replace("&", " and ")
    return _UNITED_STATES.sub("united states", _AND_OTHERS.sub(" ", plain))


def tokens_of(folded: str) -> list[str]:
    """The runs of letters, of digits and of CJK characters of a folded text, in order."""
    return _TOKEN.findall(folded)


def words_of(folded: str) -> list[str]:
    """The words of a folded text in order; a run of CJK characters gives its character pairs."""
    words: list[str] = []
    for token in tokens_of(folded):
        if token[0].isdigit():
            words.append(_number(token))
        elif _CJK_RUN.match(token):
            words += [token[i : i + 2] for i in range(len(token) - 1)] or [token]
        elif token not in BETWEEN_PARTIES:
            words.append(token)
    return words


def squeeze(folded: str) -> str:
    """A folded text with nothing between its words, so that spacing and punctuation don't count."""
    return _joined([_number(t) if t[0].isdigit() else t for t in tokens_of(folded)])


def squeeze_with_zeros(folded: str) -> str:
    """The same with leading zeros kept, for a number of which only the zeros are typed yet."""
    return _joined(tokens_of(folded))


def romanised(folded: str) -> str:
    """The text with every other script in Latin letters; empty if it is in Latin letters already.

    Han characters are read in Mandarin, one joined word for a run: `北京` gives `beijing`.
    """
    if folded.isascii() or not _OTHER_SCRIPT.search(folded):
        return ""
    return _OTHER_SCRIPT.sub(lambda run: f" {anyascii(run.group()).lower()} ", folded)


def is_cjk(word: str) -> bool:
    """Whether a word is of Han characters, kana or Hangul."""
    return _CJK_RUN.match(word) is not None


def _joined(tokens: list[str]) -> str:
    return "".join(t for t in tokens if t not in BETWEEN_PARTIES) or "".join(tokens)


def _number(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _in_ascii(run: re.Match[str]) -> str:
    return anyascii(run.group())


@cache
def _simplified() -> dict[int, str]:
    """Han characters of every form → the simplified one, one by one so that a part folds alike."""
    steps: list[Callable[[str], str]] = [
        OpenCC(step).convert  # pyright: ignore[reportUnknownMemberType]
        for step in ("jp2t", "t2s")
    ]
    table: dict[int, str] = {}
    for first, last in _HAN_BLOCKS:
        for start in range(first, last + 1, _ROW):  # all at once would take 8 MB for a moment
            row = [chr(code) for code in range(start, min(start + _ROW, last + 1))]
            text = "\n".join(row)
            for step in steps:
                text = step(text)
            pairs = zip(row, text.split("\n"), strict=True)
            table |= {ord(old): new for old, new in pairs if old != new and len(new) == 1}
    return table
