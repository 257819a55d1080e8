"""How long an import of many cases holds the event loop, and whether lookups go on meanwhile.

    python -m benchmarks.importing [--cases N]

In one process, on a fresh SQLite file: the dry run and the import of N cases that the catalogue
does not have, while a probe measures how late each of its turns comes and a reader keeps asking.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bot_catalogue import make_cases, new_queries
from bot.app import open_app
from bot.domain.exchange import IN_TERMINAL
from bot.domain.records import PUBLIC
from bot.domain.revisions import Author
from bot.services.case_files import read_folder, shipped_folder
from bot.services.lookup import Lookup

_TURN = 0.001


@dataclass
class Watch:
    """What was seen while something ran, in milliseconds."""

    holds: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def row(self, name: str) -> str:
        return (
            f"{name:12} {self.seconds:8.2f} s {max(self.holds, default=0):10.1f} ms"
            f" {len(self.answers):10} {max(self.answers, default=0):10.1f} ms"
        )


@asynccontextmanager
async def watching(lookup: Lookup, queries: Sequence[str]) -> AsyncGenerator[Watch]:
    """Probe the event loop and ask queries until the block ends."""
    watch = Watch()

    async def probe() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TURN)
            watch.holds.append((time.perf_counter() - begun - _TURN) * 1000)

    async def ask() -> None:
        for query in queries:
            begun = time.perf_counter()
            lookup.ask(query, PUBLIC)
            watch.answers.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(0.02)

    tasks = [asyncio.create_task(probe()), asyncio.create_task(ask())]
    begun = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measure(count: int) -> list[str]:
    shipped = {file.path.stem for file in read_folder(shipped_folder() / "cases")}
    documents = [case for case in make_cases(count + len(shipped)) if case["slug"] not in shipped]
    data = json.dumps(documents, ensure_ascii=False).encode()
    queries = new_queries(documents[:1000], 5000)
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite3'}") as app:
            exchange = app.desk.exchange
            async with watching(app.lookup, queries) as dry:
                plan = await exchange.plan_for(PUBLIC, data, IN_TERMINAL)
            async with watching(app.lookup, queries) as real:
                await exchange.run_for(plan, Author())
    title = f"{len(plan.added)} cases, {len(data) / 1e6:.0f} MB"
    head = f"{title}\n{'':12} {'took':>10} {'longest hold':>13} {'lookups':>10} {'slowest':>13}"
    return [head, dry.row("dry run"), real.row("import")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    print("\n".join(asyncio.run(measure(parser.parse_args().cases))))


if __name__ == "__main__":
    main()
