"""What each rule of the search is worth: queries it mends against queries it breaks.

    python benchmarks/search_ablation.py --queries FILE --corpus FILE

Each rule is taken away or changed alone, over the catalogue's and the captions' queries pooled,
with those of tests/data. A query is answered well if a right case comes first, or, where none is
right, if no case is shown as sure. *Mends* are the queries that only the rule answers well,
*breaks* those that are answered well only without it.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.search_quality import (  # noqa: E402
    Asked,
    Labelled,
    ask_all,
    corpus_entries,
    index_of,
    is_single,
    is_sure,
    is_wrong_single,
    read_queries,
    shipped_entries,
)
from bot.search import Entry  # noqa: E402

OWN_QUERIES = ROOT / "tests" / "data" / "search_queries.jsonl"


@dataclass(frozen=True)
class Change:
    """One rule changed: names inside `bot.search`, and what they become."""

    name: str
    values: dict[str, object]
    rebuild: bool = field(default=False, kw_only=True)
    """Whether records are folded by the rule, too."""

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for name, value in self.values.items():
                stack.enter_context(mock.patch(f"bot.search.{name}", value))
            yield


def unturned(_query: object, _candidates: object, ratios: object) -> object:
    return ratios


CHANGES = (
    Change("no whole and half-typed keys", {"shelf.Shelf.completions": lambda *_: {}}),
    Change("no pairs of short words", {"vocabulary._SHORT_WORD": 0}, rebuild=True),
    Change("20 candidates", {"alignment.CANDIDATES": 20, "verdict.CANDIDATES": 20}),
    Change("80 candidates", {"alignment.CANDIDATES": 80, "verdict.CANDIDATES": 80}),
    Change("a budget of 500 pieces", {"vocabulary._BUDGET": 500}, rebuild=True),
    Change("a budget of 5,000 pieces", {"vocabulary._BUDGET": 5_000}, rebuild=True),
    Change("500 entries of short lists", {"alignment._MOST": 500}),
    Change("3,000 entries of short lists", {"alignment._MOST": 3_000}),
    Change("no misspelt words", {"vocabulary._slips": lambda *_: {}}, rebuild=True),
    Change("no words inside longer ones", {"vocabulary._INSIDE": 0.0}, rebuild=True),
    Change("no words typed without a space", {"alignment._HINT": 0.0}),
    Change("no words cut short", {"vocabulary._CUT_SHORT": 0.0}, rebuild=True),
    Change("last word not half typed", {"vocabulary._HALF_TYPED": 0.85}, rebuild=True),
    Change("no initials", {"alignment._may_be_initials": lambda *_: False}),
    Change("context worth as much as names", {"alignment._WORTH": ((0, 1.0), (1, 1.0), (2, 1.0))}),
    Change("filler weighs like other words", {"alignment.FILLER": frozenset(),
                                              "query.FILLER": frozenset()}),
    Change("no likeness of whole names", {"ranking._RATIO_WEIGHT": 0.0,
                                          "ranking._TELLING_WEIGHT": 0.0,
                                          "ranking._RATIO_ALONE": 1.0}),
    Change("editors' order whatever the likeness", {"ranking._TELLING_WEIGHT": 0.0}),
    Change("parties in their order only", {"ranking._ratios_either_way": unturned}),
    Change("beginning a key adds nothing", {"ranking._BEGUN_WEIGHT": 0.0}),
    Change("beginning a caption adds nothing", {"ranking._TITLED_WEIGHT": 0.0}),
    Change("equal within 0.03", {"ranking._EQUAL": 0.03, "ranking._EQUAL_IF_INCOMPLETE": 0.03}),
    Change("equal only if the same", {"ranking._EQUAL": 0.0,
                                      "ranking._EQUAL_IF_INCOMPLETE": 0.0}),
    Change("sure from 0.84", {"verdict.SURE": 0.84}),
    Change("sure from 0.92", {"verdict.SURE": 0.92}),
)  # fmt: skip


@dataclass(frozen=True)
class Collection:
    """Records with the queries asked of them."""

    entries: Sequence[Entry]
    queries: Sequence[Labelled]


def ask(collections: Sequence[Collection], indexes: Sequence[object]) -> list[Asked]:
    asked: list[Asked] = []
    for collection, index in zip(collections, indexes, strict=True):
        asked += ask_all(index, collection.queries)
    return asked


def is_well_answered(asked: Asked) -> bool:
    return asked.rank == 1 if asked.query.gold else not is_sure(asked)


def line(name: str, base: Sequence[Asked], asked: Sequence[Asked]) -> str:
    pairs = list(zip(base, asked, strict=True))
    mends = sum(is_well_answered(b) and not is_well_answered(a) for b, a in pairs)
    breaks = sum(is_well_answered(a) and not is_well_answered(b) for b, a in pairs)
    wrong = sum(is_wrong_single(a) for a in asked if a.query.gold)
    negatives = sum(is_single(a) for a in asked if not a.query.gold)
    return f"| {name} | {mends} | {breaks} | {wrong} | {negatives} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parsed = parser.parse_args()
    catalogue, captions = shipped_entries(), corpus_entries(parsed.corpus)
    collections = [
        Collection(catalogue, read_queries(parsed.queries, "curated")),
        Collection(catalogue, read_queries(OWN_QUERIES, None)),
        Collection(captions, read_queries(parsed.queries, "real")),
    ]
    indexes = [index_of(collection.entries) for collection in collections]
    base = ask(collections, indexes)
    print(f"{len(base):,} queries\n")
    print("| changed alone | rule mends | rule breaks | wrong singles | negatives single |")
    print("| --- | ---: | ---: | ---: | ---: |")
    print(line("as it is", base, base))
    for change in CHANGES:
        with change.applied():
            built = [index_of(c.entries) for c in collections] if change.rebuild else indexes
            print(line(change.name, base, ask(collections, built)), flush=True)


if __name__ == "__main__":
    main()
