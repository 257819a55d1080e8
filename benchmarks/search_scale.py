"""How search holds up from a hundred records to a million.

    python benchmarks/search_scale.py [--corpus FILE] [--sizes N …] [--million] [--peers]
                                      [--servers] [--burst] [--json]

Records are real captions where a corpus is given, otherwise the shipped catalogue's own; beyond
those they are SYNTHETIC: two real parties drawn together, with a docket number, a court and a year
in real forms. Each size runs in a process of its own. Times are of the CPU; the peers' and the
burst's are of the clock.
"""

import argparse
import asyncio
import gc
import json
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.search_peers import installed_peers  # noqa: E402
from benchmarks.search_quality import (  # noqa: E402
    corpus_entries,
    percentile,
    shipped_entries,
)
from bot.search import PUBLIC, CaseIndex, Entry  # noqa: E402

SIZES = (100, 1_000, 10_000, 26_000, 100_000)
MILLION = 1_000_000
SEARCHES = 600
PEER_SEARCHES = 120
CHANGES = 200
BURST = 300
SERVERS, CASES_A_SERVER = 2_000, 20


def records(size: int, corpus: Path | None) -> list[Entry]:
    """Real entries first, then synthetic ones of the same words."""
    real = corpus_entries(corpus) if corpus else shipped_entries()
    if size <= len(real):
        return real[:size]
    return [*real, *synthetic(real, size - len(real), Random(2026))]


def synthetic(real: Sequence[Entry], count: int, random: Random) -> Iterator[Entry]:
    """SYNTHETIC entries: real parties drawn together, numbers and years drawn anew."""
    sides = [re.split(r"\s+(?:v|vs)\.?\s+", entry.names[0]) for entry in real]
    first = [side[0] for side in sides if len(side) == 2]
    second = [side[1] for side in sides if len(side) == 2]
    keys = [entry.keys[0] for entry in real if entry.keys and len(entry.keys[0]) < 30]
    for number in range(count):
        key = re.sub(r"\d{3,}", lambda run: digits(len(run.group()), random), random.choice(keys))
        yield Entry(
            id=f"synthetic{number}",
            scope=PUBLIC,
            slug=f"synthetic{number}",
            names=(f"{random.choice(first)} v. {random.choice(second)}",),
            keys=(key,),
            context=(*random.choice(real).context[:2], str(random.randint(1950, 2026))),
            latest=random.randint(712_000, 739_000),
        )


def digits(length: int, random: Random) -> str:
    return "".join(random.choice("0123456789") for _ in range(length))


def queries_for(entries: Sequence[Entry], count: int, random: Random) -> list[str]:
    """What people type for these records: captions whole, cut, misspelt and turned; numbers."""
    made: list[str] = []
    for entry in (random.choice(entries) for _ in range(count)):
        caption = entry.names[0].lower()[:80]
        parties = re.split(r"\s+vs?\.?\s+", caption)
        place = random.randint(1, max(1, len(caption) - 2))
        made.append(
            random.choice(
                [
                    caption,
                    caption[: max(4, len(caption) // 2)],
                    caption[:place] + caption[place + 1 :],
                    " ".join(reversed(parties)),
                    parties[0],
                    (entry.keys or (caption,))[0],
                ]
            )
        )
    return made


def milliseconds(
    calls: Iterable[Callable[[], object]], clock: Callable[[], float] = time.thread_time
) -> list[float]:
    """How long each call takes, in ascending order.

    In CPU time of this thread, unless another clock is given: a search does not wait, and what
    else runs on the machine is not its doing.
    """
    times: list[float] = []
    for call in calls:
        start = clock()
        call()
        times.append((clock() - start) * 1000)
    return sorted(times)


def filled(entries: Iterable[Entry]) -> CaseIndex:
    index = CaseIndex()
    for entry in entries:
        index.put(entry)
    return index


def allocated(entries: Iterable[Entry]) -> int:
    """Bytes that an index of the entries keeps; building it is slow while they are counted."""
    gc.collect()
    tracemalloc.start()
    index = filled(entries)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken if index else 0


def measure(size: int, corpus: Path | None) -> dict[str, Any]:
    """One size, in this process."""
    random = Random(7)
    entries = records(size, corpus)
    asked = queries_for(entries, SEARCHES, random)
    starts = [
        entry.names[0].lower()[:length]
        for entry in entries[:: max(1, len(entries) // 40)][:40]
        for length in range(1, 25)
    ]
    filled(entries[:1]).ask("warm up")
    gc.collect()
    start = time.thread_time()
    index = filled(entries)
    built = time.thread_time() - start
    gc.collect()
    gc.freeze()
    search = milliseconds([lambda q=q: index.ask(q) for q in asked])
    key = milliseconds([lambda q=q: index.complete(q) for q in starts])
    some = [random.choice(entries) for _ in range(min(CHANGES, size))]
    added = [replace(entry, id=f"new{n}", slug=f"new{n}") for n, entry in enumerate(some)]
    changes = {
        "add": milliseconds([lambda e=e: index.put(e) for e in added]),
        "change": milliseconds(
            [lambda e=e: index.put(replace(e, names=(*e.names, "Renamed"))) for e in added]
        ),
        "remove": milliseconds([lambda e=e: index.remove(e.id) for e in added]),
    }
    return {
        "records": size,
        "build_s": built,
        "bytes_a_record": allocated(entries) / size,
        "search_p50_ms": percentile(search, 0.5),
        "search_p99_ms": percentile(search, 0.99),
        "search_max_ms": search[-1],
        "key_p50_ms": percentile(key, 0.5),
        "key_p99_ms": percentile(key, 0.99),
        **{f"{name}_max_ms": times[-1] for name, times in changes.items()},
    }


def measure_peers(size: int, corpus: Path | None) -> list[dict[str, Any]]:
    """The peers on the same records, with fewer queries: they are slow.

    By the clock on the wall, since one of them is a server.
    """
    entries = records(size, corpus)
    asked = queries_for(entries, PEER_SEARCHES, Random(7))
    rows: list[dict[str, Any]] = []
    for peer in installed_peers():
        start = time.perf_counter()
        peer.build(entries)
        built = time.perf_counter() - start
        calls = [lambda q=q, p=peer: p.search(q, 10) for q in asked]
        times = milliseconds(calls, time.perf_counter)
        peer.close()
        rows.append(
            {
                "name": peer.name,
                "build_s": built,
                "search_p50_ms": percentile(times, 0.5),
                "search_p99_ms": percentile(times, 0.99),
            }
        )
    return rows


def measure_prose() -> dict[str, Any]:
    """What the words of summaries and holdings take beside names, on the shipped catalogue."""
    entries = shipped_entries() * 10
    entries = [replace(entry, id=str(n), slug=str(n)) for n, entry in enumerate(entries)]
    bare = [replace(entry, text=()) for entry in entries]
    names, whole = allocated(bare) / len(bare), allocated(entries) / len(entries)
    return {"records": len(entries), "names_bytes": names, "prose_bytes": whole - names}


def measure_servers() -> dict[str, Any]:
    """2,000 servers with 20 cases each beside the catalogue, for those with cases and without."""
    public = shipped_entries()
    random = Random(11)
    asked = queries_for(public, SEARCHES, random)
    index = filled(public)
    gc.collect()
    gc.freeze()
    alone = milliseconds([lambda q=q: index.ask(q, scope=10**6) for q in asked])
    own = list(synthetic(public, SERVERS * CASES_A_SERVER, random))
    scoped = [replace(e, scope=1 + n // CASES_A_SERVER) for n, e in enumerate(own)]
    gc.collect()
    start = time.thread_time()
    for entry in scoped:
        index.put(entry)
    built = time.thread_time() - start
    gc.collect()
    gc.freeze()
    without = milliseconds([lambda q=q: index.ask(q, scope=10**6) for q in asked])
    with_own = milliseconds(
        [lambda n=n, q=q: index.ask(q, scope=n) for n, q in enumerate(asked, 1)]
    )
    return {
        "servers": SERVERS,
        "cases_a_server": CASES_A_SERVER,
        "build_s": built,
        "bytes_a_case": (allocated([*public, *scoped]) - allocated(public)) / len(scoped),
        "before_p50_ms": percentile(alone, 0.5),
        "without_own_p50_ms": percentile(without, 0.5),
        "with_own_p50_ms": percentile(with_own, 0.5),
        "before_p99_ms": percentile(alone, 0.99),
        "without_own_p99_ms": percentile(without, 0.99),
        "with_own_p99_ms": percentile(with_own, 0.99),
    }


HOSTILE = (
    "a" * 6000,
    "李" * 6000,
    "ﷺ" * 6000,
    " ".join("thaler" for _ in range(500)),
    " ".join(f"word{n}" for n in range(500)),
    " ".join("abcdefghijklmnopqrstuvwx"),
    " ".join(["united states department of justice"] * 40),
    "".join(chr(code) for code in range(0x20, 0x11000, 13)),
    "".join(chr(code) for code in range(0x10000, 0x110000, 4099)),
    "1 2 3 4 5 6 7 8 9 " * 100,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 20,
    "v. " * 2000,
    "united states v. state of california department of the city and county",
    "e\u0301" * 3000,
)


def slowest_input(index: CaseIndex) -> dict[str, Any]:
    """The slowest of the texts that are meant to be slow, the median of five tries each."""
    worst = ("", 0.0)
    for text in HOSTILE:
        times = milliseconds([lambda t=text: index.ask(t)] * 5)
        if times[2] > worst[1]:
            worst = (text, times[2])
    return {"slowest_ms": worst[1], "slowest_input": worst[0][:40]}


async def hold_of_a_burst(index: CaseIndex, texts: Sequence[str]) -> dict[str, Any]:
    """The longest time the event loop is held while a burst is answered one after the other.

    The caller gives way after each, as the bot does.
    """
    holds: list[float] = []
    answered = asyncio.Event()

    async def heartbeat() -> None:
        last = time.perf_counter()
        while not answered.is_set():
            await asyncio.sleep(0)
            now = time.perf_counter()
            holds.append((now - last) * 1000)
            last = now

    beating = asyncio.create_task(heartbeat())
    await asyncio.sleep(0)
    start = time.perf_counter()
    for text in texts:
        index.complete(text)
        await asyncio.sleep(0)
    whole = (time.perf_counter() - start) * 1000
    answered.set()
    await beating
    return {"burst": len(texts), "burst_ms": whole, "longest_hold_ms": max(holds)}


def measure_burst(size: int, corpus: Path | None) -> dict[str, Any]:
    entries = records(size, corpus)
    index = filled(entries)
    index.ask("warm up")
    gc.collect()
    gc.freeze()
    texts = queries_for(entries, BURST, Random(5))
    return {
        "records": size,
        **slowest_input(index),
        **asyncio.run(hold_of_a_burst(index, texts)),
    }


MEASURES: dict[str, Callable[[int, Path | None], Any]] = {
    "size": measure,
    "peers": measure_peers,
    "prose": lambda _size, _corpus: measure_prose(),
    "servers": lambda _size, _corpus: measure_servers(),
    "burst": measure_burst,
}


def in_a_process(what: str, size: int, corpus: Path | None) -> Any:
    """Measure in a fresh process, so that one size's memory is not another's."""
    command = [sys.executable, __file__, "--measure", what, "--sizes", str(size)]
    command += ["--corpus", str(corpus)] if corpus else []
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def row(name: str, figures: dict[str, Any]) -> str:
    cells = [
        f"{value:,.2f}" if isinstance(value, float) else str(value) for value in figures.values()
    ]
    return f"{name:<10}" + "  ".join(
        f"{key} {cell}" for key, cell in zip(figures, cells, strict=True)
    )


def report(parsed: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    sizes = [*parsed.sizes, *([MILLION] if parsed.million else [])]
    for size in sizes:
        yield "casebook", in_a_process("size", size, parsed.corpus)
        for peer in in_a_process("peers", size, parsed.corpus) if parsed.peers else ():
            yield "peer", peer
    if parsed.servers:
        yield "servers", in_a_process("servers", 0, None)
        yield "prose", in_a_process("prose", 0, None)
    if parsed.burst:
        for size in sorted({len(shipped_entries()), max(parsed.sizes)}):
            yield "burst", in_a_process("burst", size, parsed.corpus)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="real captions to begin with")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--million", action="store_true", help="also a million records")
    parser.add_argument("--peers", action="store_true", help="also the peers that are installed")
    parser.add_argument("--servers", action="store_true", help="also server cases and prose")
    parser.add_argument("--burst", action="store_true", help="also slow input and a burst")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.measure:
        print(json.dumps(MEASURES[parsed.measure](parsed.sizes[0], parsed.corpus)))
        return
    rows: list[dict[str, Any]] = []
    for name, figures in report(parsed):
        rows.append({"what": name, **figures})
        if not parsed.json:
            print(row(name, figures), flush=True)
    if parsed.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
