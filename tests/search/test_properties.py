"""What holds for any text and any history of changes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.search import PUBLIC, Ambiguous, Found, NotFound, entry_of
from tests.search.catalogue import QUERIES, index_of, made_up, shipped_index
from tests.strategies import HOSTILE, cases, examples, typed

ROOT = Path(__file__).parents[2]
GUILD = 7

letters = st.characters(codec="utf-8")
any_plane = st.text(st.integers(0, 0x10FFFF).map(chr), max_size=60)
near_duplicates = st.builds(
    lambda word, times, gap: gap.join([word] * times),
    st.sampled_from(["thaler", "thalre", "getty", "奥特曼", "1:22-cv-01564", "a", "李"]),
    st.integers(1, 500),
    st.sampled_from([" ", "", " v. ", "\u200b", "\n"]),
)
slips = st.builds(
    lambda query, place, put: query[:place] + put + query[place + 1 :],
    st.sampled_from(QUERIES),
    st.integers(0, 20),
    st.text("aeinrst", max_size=2),
)
one_letter = st.builds(lambda letter, times: letter * times, letters, st.integers(1, 6000))
many_words = st.lists(st.text("abé北カ1-", max_size=8), max_size=500).map(" ".join)
anything = st.one_of(
    typed, any_plane, near_duplicates, one_letter, many_words, st.sampled_from(HOSTILE)
)


def is_well_formed(hits, most):
    ids = [hit.id for hit in hits]
    return len(set(ids)) == len(ids) <= most and all(0 <= hit.score <= 1 for hit in hits)


@pytest.mark.soak
@settings(max_examples=examples(1000, 100_000), deadline=None)
@given(anything)
def test_nothing_that_anybody_types_raises(text):
    index = shipped_index()
    assert is_well_formed(index.complete(text), 25)
    match index.ask(text):
        case Found(hit):
            assert is_well_formed([hit], 1)
        case Ambiguous(_, hits, total):
            assert is_well_formed(hits, 25)
            assert hits
            assert total >= len(hits)
        case NotFound(near):
            assert is_well_formed(near, 5)


@pytest.mark.parametrize(
    "text",
    ["a" * 6000, "李" * 6000, "ﷺ" * 6000, "1" * 6000, "a " * 500, "é\u0301" * 3000, "\ud800", "\0"],
)
def test_extreme_texts_are_answered(text):
    index = shipped_index()
    assert isinstance(index.ask(text), NotFound | Ambiguous | Found)


@pytest.mark.soak
@settings(max_examples=examples(30, 2000), deadline=None)
@given(cases)
def test_any_valid_case_can_be_put_found_and_removed(case):
    index = index_of(made_up(number) for number in range(50))
    before = [index.search(query) for query in QUERIES]
    index.put(entry_of("new", PUBLIC, case))
    index.search(case.title)
    index.ask(case.title)
    index.remove("new")
    assert [index.search(query) for query in QUERIES] == before


changes = st.lists(
    st.tuples(st.sampled_from(["put", "put", "remove", "move"]), st.integers(0, 150)), max_size=60
)


@pytest.mark.soak
@settings(max_examples=examples(50, 2000), deadline=None)
@given(st.integers(0, 70), changes, st.randoms(use_true_random=False))
def test_after_any_changes_the_index_answers_as_one_built_afresh(start, history, random):
    entries = {f"case{n:03}": made_up(n) for n in range(start)}
    index = index_of(entries.values())
    for change, number in history:
        case_id = f"case{number % 80:03}"
        if change == "remove":
            if case_id in entries:
                index.remove(case_id)
                del entries[case_id]
            continue
        scope = GUILD if change == "move" else 0
        entries[case_id] = entry = replace(made_up(number, scope), id=case_id)
        index.put(entry)
    shuffled = list(entries.values())
    random.shuffle(shuffled)
    fresh = index_of(shuffled)
    assert len(index) == len(fresh) == len(entries)
    for scope in (0, GUILD):
        assert index.complete("", scope=scope) == fresh.complete("", scope=scope)
        for query in QUERIES:
            assert index.search(query, scope=scope) == fresh.search(query, scope=scope)
            assert index.ask(query, scope=scope) == fresh.ask(query, scope=scope)


@pytest.mark.soak
@settings(max_examples=examples(15, 1000), deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_arrival_of_many_equals_does_not_show(seed):
    random = Random(seed)
    numbers = random.sample(range(150), 150)
    entries = [replace(made_up(number % 10), id=f"id{number}") for number in numbers]
    index = index_of(entries)
    other = index_of(sorted(entries, key=lambda entry: entry.id))
    for query in QUERIES:
        assert index.search(query) == other.search(query)
        assert index.ask(query) == other.ask(query)


_PROGRAM = """
import json, sys
from tests.search.catalogue import QUERIES, index_of, made_up, shipped_index
asked = [*QUERIES, "dabus", "perplexity", "ai voice", "voice cloning", "united states", "北京 ai"]
small = index_of(made_up(n) for n in range(200))
print(json.dumps([[repr(index.search(q)), repr(index.ask(q))] for index in (small, shipped_index())
                  for q in asked]))
"""


def test_every_process_answers_alike():
    answers = []
    for seed in ("0", "1", "424242"):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        )
        answers.append(json.loads(done.stdout))
    assert answers[0] == answers[1] == answers[2]
    assert any("Hit(" in row[0] for row in answers[0])
