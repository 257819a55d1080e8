"""Search from memory: text folding, the index, ranking and the verdict."""

from bot.domain.records import PUBLIC
from bot.search.build import build
from bot.search.entry import Entry, entry_of
from bot.search.index import CaseIndex
from bot.search.verdict import MOST_COUNTED, Ambiguous, Found, Hit, NotFound, Verdict

__all__ = [
    "MOST_COUNTED",
    "PUBLIC",
    "Ambiguous",
    "CaseIndex",
    "Entry",
    "Found",
    "Hit",
    "NotFound",
    "Verdict",
    "build",
    "entry_of",
]
