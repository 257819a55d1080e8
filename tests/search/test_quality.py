"""The labelled queries over the shipped catalogue, with a floor that a lost point falls below."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.search_quality import ask_all, measure, misses, read_queries
from tests.search.catalogue import shipped_entries, shipped_index

QUERIES = Path(__file__).parents[1] / "data" / "search_queries.jsonl"


@pytest.fixture(scope="module")
def asked():
    return ask_all(shipped_index(), read_queries(QUERIES, None))


def test_the_set_is_large_and_its_answers_exist():
    queries = read_queries(QUERIES, None)
    slugs = {entry.slug for entry in shipped_entries()}
    assert len(queries) >= 600
    assert len({query.text for query in queries}) == len(queries)
    assert all(query.gold <= slugs for query in queries)
    kinds = Counter(query.kind for query in queries)
    assert kinds["negative"] >= 50
    assert len(kinds) >= 15


@pytest.mark.parametrize(
    ("figure", "least", "most"),
    [
        ("right_first", 0.992, 1),
        ("mrr_at_10", 0.994, 1),
        ("wrong_single", 0, 0.004),
        ("wrong_family", 0, 0.004),
        ("negative_single", 0, 0.02),
        ("negative_sure", 0, 0.02),
        ("nothing", 0, 0.01),
    ],
)
def test_quality_stays(asked, figure, least, most):
    figures = measure(asked, len(shipped_entries()))
    assert least <= figures[figure] <= most, "\n".join(misses(asked, 20))


def test_the_right_case_is_among_the_first_five_after_two_keystrokes():
    needed = sorted(map(keystrokes, shipped_entries()))
    assert needed[len(needed) // 2] <= 2


def keystrokes(entry):
    """How many letters of its caption have to be typed until the case is among the first five."""
    caption, index = entry.names[0], shipped_index()
    for typed in range(1, len(caption) + 1):
        hits = index.complete(caption[:typed], limit=5)
        if entry.id in [hit.id for hit in hits]:
            return typed
    return len(caption) + 1
