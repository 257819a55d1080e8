"""`make bench`: every measurement of a few minutes, one after the other.

The long ones are run by hand; benchmarks/README.md names them beside their last tables.
"""

import subprocess
import sys

_RUNS = (
    (
        "How often the right case comes first",
        ("benchmarks.search_quality", "--queries", "tests/data/search_queries.jsonl", "--peers"),
    ),
    (
        "Search at several sizes, a burst, and server cases",
        ("benchmarks.search_scale", "--sizes", "100", "1000", "10000", "--burst", "--servers"),
    ),
    ("Making an answer", ("benchmarks.answers", "--cases", "187")),
    ("Importing while lookups go on", ("benchmarks.importing",)),
    ("The bot beside a bare one", ("benchmarks.bot_load", "--quick")),
    ("What one process commits, answered by another", ("benchmarks.processes",)),
    ("Announcing to many channels", ("benchmarks.fan_out", "--channels", "12000")),
)


def main() -> int:
    """Run all of them; the exit code counts those that failed."""
    failed = 0
    for title, (module, *arguments) in _RUNS:
        print(f"\n== {title}: python -m {' '.join((module, *arguments))}", flush=True)
        done = subprocess.run([sys.executable, "-m", module, *arguments], check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
