"""The bot beside a bare discord.py bot: start, memory, `/case` a second, time to an answer.

    python -m benchmarks.bot_load [--quick] [--json]

Both run as processes of their own, through discord.py's own client, against a stand-in of Discord
each; the loads take turns, so that whatever else the machine does falls on both. What counts are
the ratios: answers a second, and CPU for an answer, which other work on the machine moves least.
The bare bot (`benchmarks/bare_bot.py`) answers a constant embed and 25 constant suggestions, with
the same intents and caches.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bot_catalogue import (
    ROOT,
    install,
    new_queries,
    popular_queries,
    typed_prefixes,
)
from tests.standin.control import Load, StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules

_MB = 1_000_000
_CHANNELS = 10
_BARE, _OURS = "bare bot", "casebook"
_ARGUMENTS = {_BARE: ("-m", "benchmarks.bare_bot"), _OURS: ("run",)}


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    guilds: tuple[int, ...]
    cases: int
    rounds: int
    seconds: float
    warm_up: int

    @classmethod
    def of(cls, *, quick: bool, cases: int) -> "Plan":
        if quick:
            return cls((1, 100, 2000), cases, rounds=3, seconds=0.8, warm_up=500)
        return cls((1, 100, 2000), cases, rounds=5, seconds=4.0, warm_up=1000)


@dataclass
class Tally:
    """What one bot did under one load, over all rounds."""

    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    seconds: float = 0.0
    answered: int = 0
    lost: int = 0
    shapes: dict[str, int] = field(default_factory=dict)

    def add(self, load: Load, cpu: float) -> None:
        self.rates.append(load.per_second)
        self.milliseconds += load.milliseconds
        self.cpu += cpu
        self.seconds += load.seconds
        self.answered += load.answered
        self.lost += load.sent - load.answered
        for shape, count in load.shapes.items():
            self.shapes[shape] = self.shapes.get(shape, 0) + count

    def figures(self) -> dict[str, Any]:
        ordered = sorted(self.milliseconds)

        def quantile(share: float) -> float:
            return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

        return {
            "per_second": round(statistics.median(self.rates), 1),
            "cpu_ms_each": round(1000 * self.cpu / self.answered, 3),
            "core_share": round(self.cpu / self.seconds, 2),
            "p50_ms": quantile(0.5),
            "p99_ms": quantile(0.99),
            "answered": self.answered,
            "lost": self.lost,
            "shapes": self.shapes,
        }


@dataclass
class Running:
    """A bot that is connected to a stand-in of its own."""

    discord: StandIn
    process: BotProcess
    who: Who
    first_answer: float


@asynccontextmanager
async def start(
    name: str, discord: StandIn, channel: int, folder: Path, installation: Path
) -> AsyncIterator[Running]:
    """A bot that has answered its first `/case`."""
    started = time.perf_counter()
    variables = {"PYTHONPATH": f"{installation}:{ROOT}", "LOG_LEVEL": "WARNING"}
    async with discord.bot(*_ARGUMENTS[name], folder=folder, variables=variables) as process:
        await discord.wait_connected(process, wait=60)
        await discord.wait_commands()
        who = Who(channel)
        answer = await discord.slash("case", {"query": "beijing"}, who)
        if not answer.embeds:
            raise RuntimeError(f"the {name} did not answer /case beijing: {process.output}")
        yield Running(discord, process, who, time.perf_counter() - started)


async def measure(plan: Plan) -> dict[str, Any]:
    """Measure everything; see the module."""
    rules = Rules(identify_interval=0.0, kept_interactions=2_000, kept_requests=2_000)
    result: dict[str, Any] = {"start": {_BARE: {}, _OURS: {}}, "memory_mb": {}, "load": {}}
    async with AsyncExitStack() as stack:
        scratch = tempfile.TemporaryDirectory(prefix="casebook-bench-")
        folder = Path(stack.enter_context(scratch))
        installation = folder / "installation"
        installation.mkdir()
        cases = install(installation, plan.cases)
        result["cases"] = len(cases)
        discords = {
            name: await stack.enter_async_context(StandIn.start(rules)) for name in _ARGUMENTS
        }
        bots: dict[str, Running] = {}
        queries = new_queries(cases, plan.warm_up, seed=11)
        made = 0
        for guilds in plan.guilds:
            memory = result["memory_mb"][str(guilds)] = {}
            for name, discord in discords.items():
                if name in bots:
                    await bots[name].process.stop()
                first = (await discord.add_guilds(guilds - made, channels=_CHANNELS))[0]
                bots[name] = await stack.enter_async_context(
                    start(name, discord, first.channels[0], folder / name, installation)
                )
                label = f"{guilds} servers" if made else "first start, 1 server"
                result["start"][name][label] = round(bots[name].first_answer, 2)
                await _ask(bots[name], "case", queries, count=plan.warm_up)
                await _ask(bots[name], "suggest", queries, count=plan.warm_up)
                memory[name] = round(bots[name].process.resident_bytes() / _MB, 1)
            made = guilds
        result["load"] = await _loads(plan, bots, cases)
        for discord in discords.values():
            await discord.check_clean()
    result["ratio"] = _ratios(result)
    return result


async def _loads(
    plan: Plan, bots: dict[str, Running], cases: list[dict[str, Any]]
) -> dict[str, Any]:
    """Closed loops, load after load, in each of which the bots take turns.

    A load comes with the answers that it left itself: a busy day of popular queries is not one
    that every minute brings a thousand that were never asked before.
    """
    enough = int(4000 * plan.seconds)
    numbers = range(plan.rounds)
    new = [new_queries(cases, enough, seed=100 + number) for number in numbers]
    mixed = [popular_queries(cases, enough, seed=200 + number) for number in numbers]
    typed = [typed_prefixes(each[: enough // 8]) for each in new]
    loads = {
        "/case, every query new": ("case", new, 16),
        "/case, a mix that repeats": ("case", mixed, 16),
        "suggestions while typing": ("suggest", typed, 16),
        "/case, new, one at a time": ("case", [each[::-1] for each in new], 1),
        "suggestions, one at a time": ("suggest", [each[::-1] for each in typed], 1),
    }
    tallies: dict[str, dict[str, Tally]] = {}
    for label, (kind, rounds, in_flight) in loads.items():
        for running in bots.values():
            await _ask(running, kind, rounds[-1][::-1], count=plan.warm_up, in_flight=in_flight)
        for values in rounds:
            seconds = plan.seconds if in_flight > 1 else plan.seconds / 4
            for name, running in bots.items():
                before = running.process.cpu_seconds()
                load = await _ask(running, kind, values, seconds=seconds, in_flight=in_flight)
                tally = tallies.setdefault(label, {}).setdefault(name, Tally())
                tally.add(load, running.process.cpu_seconds() - before)
    return {
        label: {name: tally.figures() for name, tally in each.items()}
        for label, each in tallies.items()
    }


async def _ask(
    running: Running,
    kind: str,
    values: Sequence[str],
    *,
    count: int | None = None,
    seconds: float = 60.0,
    in_flight: int = 16,
) -> Load:
    """One slice; each value is asked at most once."""
    return await running.discord.load(
        "case",
        "query",
        values,
        running.who,
        suggest=kind == "suggest",
        in_flight=in_flight,
        count=min(count or len(values), len(values)),
        seconds=seconds,
    )


def _ratios(result: dict[str, Any]) -> dict[str, float]:
    ratios = {
        label: round(each[_OURS]["per_second"] / each[_BARE]["per_second"], 3)
        for label, each in result["load"].items()
    }
    for label, each in result["load"].items():
        cheaper, dearer = each[_BARE]["cpu_ms_each"], each[_OURS]["cpu_ms_each"]
        ratios[f"{label}, by CPU"] = round(cheaper / dearer, 3)
    most = max(result["memory_mb"], key=int)
    memory = result["memory_mb"][most]
    ratios[f"MB more at {most} servers"] = round(memory[_OURS] - memory[_BARE], 1)
    return ratios


def table(result: dict[str, Any]) -> str:
    """The figures for people."""
    most = max(result["memory_mb"], key=int)
    lines = [f"{result['cases']} cases; loads at {most} servers of {_CHANNELS} channels", ""]
    lines.append(f"{'start to first answer, seconds':36}{_BARE:>12}{_OURS:>12}")
    for label in result["start"][_BARE]:
        pair = [result["start"][name][label] for name in (_BARE, _OURS)]
        lines.append(f"  {label:34}{pair[0]:>12.2f}{pair[1]:>12.2f}")
    lines += ["", f"{'resident memory, MB':36}{_BARE:>12}{_OURS:>12}{'more':>8}"]
    for guilds, memory in result["memory_mb"].items():
        bare, ours = memory[_BARE], memory[_OURS]
        label = f"{guilds} servers"
        lines.append(f"  {label:34}{bare:>12.1f}{ours:>12.1f}{ours - bare:>8.1f}")
    heads = f"{'a second':>10}{'CPU ms':>9}{'core':>7}{'p50 ms':>9}{'p99 ms':>9}"
    heads += f"{'ratio':>8}{'by CPU':>8}"
    lines += ["", f"{'':38}{heads}"]
    for label, each in result["load"].items():
        for name in (_BARE, _OURS):
            figures = each[name]
            ratios = [result["ratio"][each] for each in (label, f"{label}, by CPU")]
            ratio = "".join(f"{each:>8.2f}" for each in ratios) if name == _OURS else ""
            title = label if name == _BARE else ""
            lines.append(
                f"{title:28}{name:10}{figures['per_second']:>10.0f}{figures['cpu_ms_each']:>9.2f}"
                f"{figures['core_share']:>7.2f}{figures['p50_ms']:>9.2f}{figures['p99_ms']:>9.2f}"
                f"{ratio}"
            )
            if figures["lost"]:
                lines.append(f"  {figures['lost']} were not answered in time")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bot_load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 40 seconds")
    parser.add_argument("--json", action="store_true", help="print an object")
    parser.add_argument("--cases", type=int, default=1000, help="in the catalogue (1000)")
    parsed = parser.parse_args(arguments)
    result = asyncio.run(measure(Plan.of(quick=parsed.quick, cases=parsed.cases)))
    print(json.dumps(result, ensure_ascii=False, indent=2) if parsed.json else table(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
