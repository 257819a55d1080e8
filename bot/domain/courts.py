"""The courts that the catalogue already knows, so that a name brings what is known of it."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.text import one_line
from bot.domain.typed import find_jurisdiction
from bot.domain.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Court:
    """A court or agency as the records name it."""

    name: str
    native_name: str | None = None
    jurisdiction: str | None = None
    """A code; `None` where nobody said."""
    level: Level | None = None
    """The rank it decides at most often; `None` where nobody said."""


class Courts:
    """Known courts by either of their names, letter case and width apart."""

    def __init__(self, cases: Iterable[Case]) -> None:
        seen: dict[str, Counter[Court]] = {}
        for case in cases:
            for ruling in case.rulings:
                court = Court(ruling.court, ruling.native_court, case.jurisdiction, ruling.level)
                for name in filter(None, (ruling.court, ruling.native_court)):
                    seen.setdefault(_folded(name), Counter())[court] += 1
        self._by_name = {name: counted.most_common(1)[0][0] for name, counted in seen.items()}

    def find(self, name: str) -> Court | None:
        """The court with this name."""
        return self._by_name.get(_folded(name))

    def read(self, typed: str) -> Court:
        """What a person typed: a court, and maybe where it is, after a comma or in brackets.

        `Beijing Internet Court`, `北京互联网法院`, `Tribunal X, France`, `Tribunal X (FR)`. Of an
        unknown court the name is taken as it was typed.
        """
        text = one_line(typed)
        known = self.find(text)
        if known is not None:
            return known
        for opening, closing in ((",", ""), ("(", ")"), ("（", "）")):
            name, separator, place = text.rpartition(opening)
            jurisdiction = find_jurisdiction(place.removesuffix(closing)) if separator else None
            if jurisdiction and name.strip():
                found = self.find(name)
                if found is not None and found.jurisdiction == jurisdiction:
                    return found
                return Court(name.strip(" ,"), jurisdiction=jurisdiction)
        return Court(text)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
