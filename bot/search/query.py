"""What somebody typed, folded once."""

import re
from dataclasses import dataclass

from bot.search.folding import fold, squeeze, squeeze_with_zeros, tokens_of, words_of

MAX_CHARACTERS = 200
"""No name is longer than that in any way that matters; the rest of a query is not read."""
MAX_WORDS = 24

_FILLER = (
    "a about according against an and another any anyone are as ask at been between but by can "
    "case cases could court decided decision did do does explain famous find for from give got "
    "had happen happened has have heard how i in info information into is it its judge "
    "judgement judges judgment know latest law lawsuit lawsuits legal litigation look looking "
    "lookup lost matter me my need new no not of on one opinion or outcome please pls re "
    "regarding remember ruling rulings said search show some sue sued sues suing suit tell than "
    "that their them there these they thing this those to vs want was we were what whats when "
    "where which who whose why will win with won would you"
)
FILLER = frozenset(_FILLER.split())
"""Words of questions rather than of names; they weigh little, and alone they mean nothing."""

_LABEL = re.compile(r"^\s*(?:nos?|docket|case no)\b[.:\s]*")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as the parts of the index read it."""

    words: tuple[str, ...]
    squeezed: str
    """All of it without spaces and punctuation, as keys are."""
    typed: str
    """The same with leading zeros."""
    phrase: bool
    """Whether it is more than one word or number."""
    content: tuple[str, ...]
    """The words that are more than filler."""


def read_query(text: str) -> Query:
    """Fold a query of any length and content."""
    folded = fold(text[:MAX_CHARACTERS])[: 2 * MAX_CHARACTERS]
    unlabelled = _LABEL.sub("", folded)
    words = tuple(words_of(folded)[:MAX_WORDS])
    return Query(
        words=words,
        squeezed=squeeze(unlabelled),
        typed=squeeze_with_zeros(unlabelled),
        phrase=len(tokens_of(folded)) > 1,
        content=tuple(word for word in words if word not in FILLER),
    )
