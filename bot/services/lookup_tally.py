"""What became of lookups and how long they took, in plain numbers."""

from collections import Counter
from enum import StrEnum

from bot.domain.buckets import Buckets

_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class Asked(StrEnum):
    """What somebody asked for."""

    CASE = "case"
    SUGGESTIONS = "suggestions"


class Outcome(StrEnum):
    """What a lookup gave."""

    FOUND = "found"
    SEVERAL = "several"
    """One in full, and others that fit."""
    UNSURE = "unsure"
    NOTHING = "nothing"
    WITHDRAWN = "withdrawn"


class LookupTally:
    """Counts lookups since the start. Nothing of what was asked is kept.

    Attributes:
        outcomes: how many, by what was asked for and what came of it.
        seconds: how long they took.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[Asked, Outcome]] = Counter()
        self.seconds = {asked: Buckets(_BOUNDS) for asked in Asked}

    def note(self, asked: Asked, outcome: Outcome, seconds: float) -> None:
        """Count a lookup."""
        self.outcomes[asked, outcome] += 1
        self.seconds[asked].note(seconds)
