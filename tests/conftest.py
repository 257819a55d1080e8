"""How long bots in tests wait for one more server, and what is told at the end of a run."""

import os
from collections import Counter

from tests.databases import ENGINES, missing_postgresql

_ON_BOTH = ("storage", "services", "announcements")


def pytest_configure() -> None:
    """A stand-in of Discord names its servers at once."""
    os.environ.setdefault("CASEBOOK_READY_SECONDS", "0.5")


def pytest_terminal_summary(terminalreporter) -> None:
    """Say how many tests of the suites that run on both engines ran on each."""
    counts = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            if getattr(report, "when", "") != "call":
                continue
            suite = report.nodeid.split("/")[1] if "/" in report.nodeid else ""
            parameters = report.nodeid.partition("[")[2].rstrip("]").split("-")
            for engine in ENGINES:
                if suite in _ON_BOTH and engine in parameters:
                    counts[suite, engine] += 1
    if not counts:
        return
    terminalreporter.section("engines")
    for suite in _ON_BOTH:
        ran = ", ".join(f"{counts[suite, engine]} on {engine}" for engine in ENGINES)
        terminalreporter.line(f"{suite}: {ran}")
    if reason := missing_postgresql():
        terminalreporter.line(f"Not tested on PostgreSQL: {reason}")
