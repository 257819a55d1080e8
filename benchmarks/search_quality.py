"""How often the right case comes first, on a file of labelled queries.

    python benchmarks/search_quality.py --queries FILE [--corpus FILE] [--json] [--peers]

A line of the queries is a JSON object: `q`, `gold` (the ids that answer it; empty where nothing
should), `kind` and `src`. Without `--corpus` the shipped catalogue is asked the queries whose
`src` is `curated`; with it, a file of captions is asked those whose `src` is `real`.
"""

import argparse
import gc
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.search_peers import Peer, installed_peers  # noqa: E402
from bot.domain.records import parse_case  # noqa: E402
from bot.search import (  # noqa: E402
    PUBLIC,
    Ambiguous,
    CaseIndex,
    Entry,
    Found,
    NotFound,
    Verdict,
    entry_of,
)

TOP = 10


@dataclass(frozen=True)
class Labelled:
    """A query with the ids that answer it."""

    text: str
    gold: frozenset[str]
    kind: str
    source: str


@dataclass(frozen=True)
class Asked:
    """A query with what came of it."""

    query: Labelled
    ids: tuple[str, ...]
    verdict: Verdict
    seconds: float

    @property
    def rank(self) -> int:
        """The place of the first right case, from 1; 0 if it is not among the first ten."""
        return next((n for n, case_id in enumerate(self.ids, 1) if case_id in self.query.gold), 0)


def read_queries(path: Path, source: str | None) -> list[Labelled]:
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        Labelled(row["q"], frozenset(row["gold"]), row.get("kind", ""), row.get("src", "curated"))
        for row in rows
        if source in (None, row.get("src", "curated"))
    ]


def shipped_entries() -> list[Entry]:
    """The shipped catalogue, with the slug of each case as its id."""
    files = sorted((ROOT / "data" / "cases").glob("*.json"))
    cases = (parse_case(file.read_bytes()) for file in files)
    return [entry_of(case.slug, PUBLIC, case) for case in cases]


def corpus_entries(path: Path) -> list[Entry]:
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [entry_of_row(row) for row in rows]


def entry_of_row(row: dict[str, Any]) -> Entry:
    """A line of a file of captions as an entry."""
    keys = [row.get("docket"), *row.get("citations", [])]
    context = [row.get("court_name"), row.get("court_abbr"), (row.get("date") or "")[:4]]
    return Entry(
        id=row["id"],
        scope=PUBLIC,
        slug=row["id"],
        names=(row["caption"], *row.get("aliases", [])),
        keys=tuple(key for key in keys if key),
        context=tuple(text for text in context if text),
    )


def index_of(entries: Iterable[Entry]) -> CaseIndex:
    index = CaseIndex()
    for entry in entries:
        index.put(entry)
    gc.collect()
    gc.freeze()
    return index


def ask_all(index: CaseIndex, queries: Sequence[Labelled]) -> list[Asked]:
    """Every query's hits and verdict; only the search is timed."""
    asked: list[Asked] = []
    for query in queries:
        start = time.perf_counter()
        verdict = index.ask(query.text)
        seconds = time.perf_counter() - start
        hits = index.search(query.text, limit=TOP)
        asked.append(Asked(query, tuple(hit.id for hit in hits), verdict, seconds))
    return asked


def measure(asked: Sequence[Asked], records: int) -> dict[str, float]:
    """The figures of one run. Shares are of the queries that have an answer, or have none."""
    with_gold = [each for each in asked if each.query.gold]
    without = [each for each in asked if not each.query.gold]
    times = sorted(each.seconds * 1000 for each in asked)
    return {
        "right_first": share(with_gold, lambda each: each.rank == 1),
        "right_in_five": share(with_gold, lambda each: 0 < each.rank <= 5),
        "mrr_at_10": sum(1 / each.rank for each in with_gold if each.rank) / max(1, len(with_gold)),
        "wrong_single": share(with_gold, is_wrong_single),
        "wrong_family": share(with_gold, is_wrong_family),
        "negative_single": share(without, is_single),
        "negative_sure": share(without, is_sure),
        "single": share(with_gold, is_single),
        "listed": share(with_gold, is_listed_right),
        "nothing": share(with_gold, lambda each: isinstance(each.verdict, NotFound)),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
        "max_ms": times[-1] if times else 0.0,
        "records": records,
        "queries": len(asked),
    }


def is_single(asked: Asked) -> bool:
    return isinstance(asked.verdict, Found)


def is_sure(asked: Asked) -> bool:
    """A case is shown in full: alone, or as the first of several that fit."""
    return is_single(asked) or (isinstance(asked.verdict, Ambiguous) and asked.verdict.sure)


def is_wrong_single(asked: Asked) -> bool:
    return isinstance(asked.verdict, Found) and asked.verdict.hit.id not in asked.query.gold


def is_wrong_family(asked: Asked) -> bool:
    """Several are said to fit, and the right one is not among those that are offered."""
    return isinstance(asked.verdict, Ambiguous) and asked.verdict.sure and not offers(asked)


def is_listed_right(asked: Asked) -> bool:
    """The right case is offered in a list."""
    return isinstance(asked.verdict, Ambiguous) and offers(asked)


def offers(asked: Asked) -> bool:
    hits = asked.verdict.hits if isinstance(asked.verdict, Ambiguous) else ()
    return any(hit.id in asked.query.gold for hit in hits)


def share(asked: Sequence[Asked], fits: Callable[[Asked], bool]) -> float:
    return sum(map(fits, asked)) / max(1, len(asked))


def percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def by_kind(asked: Sequence[Asked]) -> Iterator[str]:
    groups: defaultdict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        groups[each.query.kind].append(each)
    for kind, group in sorted(groups.items()):
        verdicts = Counter(type(each.verdict).__name__ for each in group)
        if group[0].query.gold:
            first = share(group, lambda each: each.rank == 1)
            wrong = sum(map(is_wrong_single, group))
            yield f"  {kind:<22} {len(group):>4}  first {first:.3f}  wrong single {wrong}"
        else:
            yield f"  {kind:<22} {len(group):>4}  {dict(sorted(verdicts.items()))}"


def misses(asked: Sequence[Asked], limit: int) -> Iterator[str]:
    wrong = [e for e in asked if (e.query.gold and e.rank != 1) or is_wrong_single(e)]
    wrong += [e for e in asked if not e.query.gold and is_sure(e)]
    for each in wrong[:limit]:
        verdict = type(each.verdict).__name__
        gold = sorted(each.query.gold)[:2]
        yield f"  {each.query.kind:<18} {each.query.text!r} {gold} {each.ids[:3]} {verdict}"


def report(name: str, figures: dict[str, float]) -> str:
    return (
        f"{name:<28} first {figures['right_first']:.4f}  mrr {figures['mrr_at_10']:.4f}  "
        f"wrong single {figures['wrong_single']:.4f}  "
        f"negatives single {figures['negative_single']:.4f}  "
        f"p50 {figures['p50_ms']:.2f} ms  p99 {figures['p99_ms']:.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, help="captions to search instead of the catalogue")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--peers", action="store_true", help="also run the installed peers")
    parser.add_argument("--peer-queries", type=int, help="how many to ask the peers")
    parser.add_argument("--kinds", action="store_true", help="also print the figures by kind")
    parser.add_argument("--misses", type=int, default=0, help="print this many wrong answers")
    parsed = parser.parse_args()
    entries = corpus_entries(parsed.corpus) if parsed.corpus else shipped_entries()
    queries = read_queries(parsed.queries, "real" if parsed.corpus else "curated")
    index = index_of(entries)
    index.search("warm up")
    asked = ask_all(index, queries)
    figures = measure(asked, len(index))
    chosen = installed_peers() if parsed.peers else ()
    asked_of_peers = drawn(queries, parsed.peer_queries)
    peers = [measure_peer(peer, entries, asked_of_peers) for peer in chosen]
    if parsed.json:
        print(json.dumps({**figures, **({"peers": peers} if parsed.peers else {})}))
        return
    print(f"{len(index):,} records, {len(queries):,} queries")
    print(report("casebook", figures))
    for line in (*by_kind(asked),) if parsed.kinds else ():
        print(line)
    for line in misses(asked, parsed.misses):
        print(line)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
    for peer in peers:
        print(peer_line(peer))


def drawn(queries: Sequence[Labelled], count: int | None) -> Sequence[Labelled]:
    """All of them, or so many drawn with a fixed seed."""
    if count is None or count >= len(queries):
        return queries
    return Random(1).sample(queries, count)


def measure_peer(peer: Peer, entries: Sequence[Entry], queries: Sequence[Labelled]):
    """What another matcher does with the same queries; it has no verdict of its own."""
    start = time.perf_counter()
    peer.build(entries)
    built = time.perf_counter() - start
    ranks: list[int] = []
    times: list[float] = []
    for query in queries:
        start = time.perf_counter()
        ids = peer.search(query.text, TOP)
        times.append((time.perf_counter() - start) * 1000)
        if query.gold:
            ranks.append(next((n for n, i in enumerate(ids, 1) if i in query.gold), 0))
    peer.close()
    times.sort()
    return {
        "name": peer.name,
        "right_first": sum(rank == 1 for rank in ranks) / max(1, len(ranks)),
        "mrr_at_10": sum(1 / rank for rank in ranks if rank) / max(1, len(ranks)),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
        "build_s": built,
    }


def peer_line(peer: dict[str, Any]) -> str:
    return (
        f"{peer['name']:<28} first {peer['right_first']:.4f}  mrr {peer['mrr_at_10']:.4f}  "
        f"p50 {peer['p50_ms']:.2f} ms  p99 {peer['p99_ms']:.2f} ms"
    )


if __name__ == "__main__":
    main()
