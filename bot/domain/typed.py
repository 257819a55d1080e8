"""What people type, understood without guessing: dates, jurisdictions, money, numbers of cases."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.dates import PartialDate
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.text import one_line, visible
from bot.domain.vocabulary import RemedyKind

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORTEST_MONTH = 3
_MONTHS_IN_A_YEAR = 12

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?)?")
_EAST_ASIAN = re.compile(r"(\d{4})[年년] ?(?:(\d{1,2})[月월] ?(?:(\d{1,2})[日일号號]?)?)?")
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .-]*(?:of )?([a-z]+)[ .,-]*(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]+)[ .-]*(?:(\d{1,2})(?:st|nd|rd|th)?[ ,.-]+)?[ .,-]*(\d{4})")


class UnclearDateError(ValueError):
    """A date that was not understood, or that can be read in two ways.

    Attributes:
        readings: what it may mean, so that the person can choose; empty if nothing.
    """

    def __init__(self, text: str, readings: tuple[PartialDate, ...] = ()) -> None:
        self.readings = readings
        super().__init__(text)


def read_date(text: str) -> PartialDate:
    """The date that somebody typed, as precise as they were.

    Understood are `2023`, `2023-11`, `2023-11-27` and the same with slashes or dots,
    `27 Nov 2023`, `Nov 27, 2023`, `November 2023`, `2023年11月27日`, and numbers in any order of
    day and month if only one makes sense.

    Raises:
        UnclearDateError: for `06/07/2025`, which is a day in June or in July, for two-digit years,
            and for whatever else is not a date.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,")
    for pattern in (_YEAR_FIRST, _EAST_ASIAN):
        if found := pattern.fullmatch(plain):
            return _date(text, *found.groups())
    if found := _NUMBERS.fullmatch(plain):
        first, _, second, year = found.groups()
        return _day_and_month(text, int(first), int(second), year)
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year = found.groups()
        return _date(text, year, _month(text, month), day)
    if found := _MONTH_FIRST.fullmatch(plain):
        month, day, year = found.groups()
        return _date(text, year, _month(text, month), day)
    raise UnclearDateError(text)


def _date(text: str, year: str, month: str | None = None, day: str | None = None) -> PartialDate:
    written = "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
    try:
        return PartialDate(written)
    except ValueError:
        raise UnclearDateError(text) from None


def _day_and_month(text: str, first: int, second: int, year: str) -> PartialDate:
    pairs = {(first, second), (second, first)}  # month, day
    readings: list[PartialDate] = []
    for month, day in sorted(pairs):
        if month <= _MONTHS_IN_A_YEAR:
            try:
                readings.append(PartialDate(f"{year}-{month:02}-{day:02}"))
            except ValueError:
                continue
    if len(readings) == 1:
        return readings[0]
    raise UnclearDateError(text, tuple(sorted(readings)))


def _month(text: str, word: str) -> str:
    if len(word) >= _SHORTEST_MONTH:
        for number, name in enumerate(_MONTHS, 1):
            if name.startswith(word) or (number == 9 and word == "sept"):  # noqa: PLR2004
                return str(number)
    raise UnclearDateError(text)


_JURISDICTION_WORDS = {
    word.casefold(): code
    for code, jurisdiction in reversed(JURISDICTIONS.items())
    for word in (*jurisdiction.other_words, jurisdiction.name, code)
}


def find_jurisdiction(text: str) -> str | None:
    """The code of the jurisdiction that a name, an adjective or a code means."""
    return _JURISDICTION_WORDS.get(one_line(text).strip(" .,()").casefold())


def lines_of(text: str) -> list[str]:
    """The distinct entries of a list typed a line each; bullets and white space are dropped."""
    entries = (one_line(line).lstrip("-*•· ").strip() for line in visible(text).split("\n"))
    return list(dict.fromkeys(entry for entry in entries if entry))


_AMOUNT = re.compile(r"(?<![\w.,])\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,4})?|\d+(?:\.\d{1,4})?")
_CURRENCY = re.compile(r"\b[A-Z]{3}\b")
_MULTIPLES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_REMEDY_WORDS = {
    "damages": RemedyKind.DAMAGES,
    "compensation": RemedyKind.DAMAGES,
    "costs": RemedyKind.COSTS,
    "fees": RemedyKind.COSTS,
    "settlement": RemedyKind.SETTLEMENT,
    "injunction": RemedyKind.INJUNCTION,
    "fine": RemedyKind.FINE,
    "penalty": RemedyKind.FINE,
}


@dataclass(frozen=True, slots=True)
class TypedRemedy:
    """A remedy as it was understood."""

    kind: RemedyKind
    amount: str | None
    currency: str | None


def read_remedy(text: str) -> TypedRemedy | None:
    """A remedy such as `CNY 500 damages`, `costs: 1,500.50 USD` or `injunction`.

    `None` where the kind is not named, or where an amount stands without its three-letter
    currency: `$` means many of them.
    """
    plain = unicodedata.normalize("NFKC", one_line(text))
    words = re.findall(r"[a-z]+", plain.casefold())
    kind = next((_REMEDY_WORDS[word] for word in words if word in _REMEDY_WORDS), None)
    amounts = _AMOUNT.findall(plain)
    currency = _CURRENCY.search(plain)
    if kind is None or len(amounts) > 1 or bool(amounts) != bool(currency):
        return None
    if not amounts or currency is None:
        return TypedRemedy(kind, None, None)
    amount = _in_full(re.sub(r"[,' ]", "", amounts[0]), words)
    return None if amount is None else TypedRemedy(kind, amount, currency.group())


def _in_full(amount: str, words: Iterable[str]) -> str | None:
    multiple = next((_MULTIPLES[word] for word in words if word in _MULTIPLES), 1)
    if multiple == 1:
        return amount
    whole, _, fraction = amount.partition(".")
    zeros = len(str(multiple)) - 1
    if len(fraction) > zeros:
        return None
    return (whole + fraction.ljust(zeros, "0")).lstrip("0") or "0"


_DOCKET_FORMS = (
    # China
    r"[（(]\d{4}[)）]\s?[\u4e00-\u9fff]{1,3}\d{0,6}[\u4e00-\u9fff]{1,4}\d{1,7}号(?:之[一二三四五])?",
    r"\d{2,3}年度\w{1,6}字第\d+號",  # Taiwan
    r"(?:令和|平成)\d{1,2}年\s?[（(]\w{1,3}[)）]\s?第?\d+号",  # Japan
    r"\b\d{4}[가-힣]{1,3}\d{2,6}\b",  # Korea
    r"\b(?:\d:)?\d{2}-(?:cv|cr|md|mc|ap)-\d{3,5}(?:-[A-Z]{2,4})*\b",  # US trial courts
    r"(?<=No\. )\d{2}-\d{2,5}\b",  # US appeals
    r"\b[CT]-\d{1,4}/\d{2}\b",  # the Union's courts
    r"\b(?:\d{1,3}|[IVX]{1,5}) (?:[A-Z][A-Za-z]{0,3} ){1,2}\d{1,6}/\d{2,4}\b",  # Germany
    r"\b[A-Z]{2}-\d{4}-\d{6}\b",  # England, High Court
    r"\bVAu?\d{9}\b",  # US registrations
)
_CITATION_FORMS = (
    r"\bECLI:[A-Z]{2}:[A-Z0-9]+:\d{4}:[A-Z0-9.]*[A-Z0-9]",
    # neutral citations of the Commonwealth
    r"\[\d{4}\] [A-Z][A-Za-z]{1,9}(?: [A-Z][a-z]{1,4})? \d{1,5}(?: \([A-Z][A-Za-z]{1,5}\))?",
    r"\b\d{4} (?:SCC \d{1,4}|ONSC \d{1,5}|FCA? \d{1,5})\b",
    # US reporters
    r"\b\d{1,4} (?:U\.\s?S\.|S\.\s?Ct\.|F\.\s?(?:2d|3d|4th)|F\.\s?Supp\.(?:\s?[23]d)?) \d{1,5}\b",
    r"\b\d{4} WL \d{4,8}\b",
    # Chinese numbers in Latin letters
    r"[（(]\d{4}[)）] [A-Z][a-z]{1,8} \d{2,6} [A-Z][a-z]{1,8} [A-Z][a-z]{1,8} No\. \d{1,7}",
)
_DOCKETS = re.compile("|".join(_DOCKET_FORMS))
_CITATIONS = re.compile("|".join(_CITATION_FORMS))
_LINKS = re.compile(r"https?://[^\s<>\"'）)\]]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What stands in a text that a record keeps in fields of its own."""

    docket_numbers: tuple[str, ...]
    citations: tuple[str, ...]
    links: tuple[str, ...]


def recognise(text: str) -> Recognised:
    """Docket numbers, citations and links in a text, each once, in order."""
    links = tuple(_distinct(link.rstrip(".,;:!?") for link in _LINKS.findall(text)))
    rest = _LINKS.sub(" ", text)
    citations = tuple(_distinct(_CITATIONS.findall(rest)))
    rest = _CITATIONS.sub(" ", rest)
    return Recognised(tuple(_distinct(_DOCKETS.findall(rest))), citations, links)


def _distinct(found: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(one_line(each) for each in found))


def slug_of(caption: str) -> str:
    """A slug for a caption; `case` for one without a Latin letter or digit."""
    ascii_only = unicodedata.normalize("NFKD", caption).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only.casefold().replace("'", ""))
    slug = "-".join(words)[:80].strip("-")
    return slug or "case"
