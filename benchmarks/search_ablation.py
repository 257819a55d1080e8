"""What each rule of the search is worth: queries it mends against queries it breaks.

    python benchmarks/search_ablation.py --queries FILE --corpus FILE [--only NAME]

Every rule is taken away or changed alone, over the catalogue's and the captions' queries pooled.
A query is right if the right case comes first, or, where none is right, if none is shown as sure.
`mends` counts the queries that are right only with the rule, `breaks` those only without it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.search_quality import (  # noqa: E402
    Asked,
    Labelled,
    ask_all,
    index_of,
)
from bot.search import (  # noqa: E402  # noqa: E402
    CaseIndex,
    Entry,
)


@dataclass(frozen=True)
class Change:
    """One rule, changed by giving names of a module other values."""

    name: str
    module: ModuleType
    values: dict[str, object]
    rebuild: bool = False

    @contextmanager
    def applied(self) -> Iterator[None]:
        with mock.patch.multiple(self.module, **self.values):
            yield


@dataclass(frozen=True)
class Collection:
    """Records with the queries asked of them."""

    entries: Sequence[Entry]
    queries: Sequence[Labelled]
    index: CaseIndex

    def ask(self, change: Change | None = None) -> list[Asked]:
        if change is None:
            return ask_all(self.index, self.queries)
        with change.applied():
            index = index_of(self.entries) if change.rebuild else self.index
            return ask_all(index, self.queries)


def nothing(*_: object, **__: object) -> dict[object, float]:
    return {}


CHANGES = ()
