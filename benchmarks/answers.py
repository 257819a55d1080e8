"""How long an answer and a list of suggestions take to make, without Discord.

    python -m benchmarks.answers [--cases N]

Milliseconds of wall-clock time in one process: finding a case and rendering its message, each query
new to every cache; and suggestions for what is typed on the way to it.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence

from benchmarks.bot_catalogue import make_cases, new_queries, typed_prefixes
from bot.chat.render.lines import choice_name
from bot.chat.render.reply import case_message, choice_message, with_fits
from bot.domain.records import PUBLIC, Record, parse_case, public_id, to_document
from bot.search import CaseIndex, entry_of
from bot.services.catalogue import Catalogue
from bot.services.lookup import CaseFound, Lookup
from bot.storage.cases import StoredCase
from bot.text import text_for

_QUERIES = 2000
_TEXT = text_for("en-GB")


def make_lookup(documents: Sequence[dict[str, object]]) -> Lookup:
    """A lookup service on these cases."""
    index = CaseIndex()
    stored: list[StoredCase] = []
    for document in documents:
        case = parse_case(json.dumps(document).encode())
        record = Record(public_id(case.slug), PUBLIC, 1, to_document(case))
        index.put(entry_of(record.id, PUBLIC, case))
        stored.append(StoredCase(record, case.slug, withdrawn=False))
    return Lookup(Catalogue(stored, index, 1))


def percentiles(act: Callable[[str], object], queries: Sequence[str]) -> tuple[float, float, float]:
    """The median, the 99th percentile and the longest time of an action, in milliseconds."""
    times: list[float] = []
    for query in queries:
        begun = time.perf_counter()
        act(query)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    count: int = parser.parse_args().cases
    documents = make_cases(count)
    lookup = make_lookup(documents)
    queries = new_queries(documents, _QUERIES)

    def answer(query: str) -> object:
        reply = lookup.ask(query, PUBLIC)
        if isinstance(reply, CaseFound):
            answer = lookup.read(reply.line.id, PUBLIC)
            return with_fits(case_message(answer, _TEXT), reply.fits, reply.total, _TEXT)
        return choice_message(reply, _TEXT)

    def suggest(typed: str) -> object:
        return [choice_name(line) for line in lookup.suggest(typed, PUBLIC)]

    print(f"{len(documents)} cases, {len(queries)} queries, ms      p50     p99     max")
    for name, act, asked in (
        ("finding and rendering an answer", answer, queries),
        ("finding and naming suggestions", suggest, typed_prefixes(queries)[: 2 * _QUERIES]),
    ):
        middle, high, longest = percentiles(act, asked)
        print(f"{name:36}  {middle:6.2f}  {high:6.2f}  {longest:6.2f}")


if __name__ == "__main__":
    main()
