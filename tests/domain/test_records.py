import json

import pytest
from hypothesis import given, settings

from bot.domain.problems import InvalidRecordError
from bot.domain.records import Record, new_id, parse_case, public_id, to_document, to_file
from tests.strategies import case_documents, examples

_MINIMAL = {
    "slug": "a-v-b",
    "title": "A v. B",
    "jurisdiction": "US",
    "status": "pending",
    "as_of": "2026-07",
    "summary": "A sued B.",
}


def _with(**changes):
    return json.dumps({**_MINIMAL, **changes}).encode()


def _problems(data):
    with pytest.raises(InvalidRecordError) as caught:
        parse_case(data)
    return {(problem.place, problem.message.split(":")[0]) for problem in caught.value.problems}


@pytest.mark.soak
@given(case_documents)
@settings(max_examples=examples(15, 2000), deadline=None)
def test_every_written_form_reads_back_as_the_same_case(document):
    case = parse_case(json.dumps(document).encode())
    assert parse_case(to_file(case).encode()) == case
    assert parse_case(to_document(case)) == case
    assert Record("x", 0, 1, to_document(case)).case() == case


@pytest.mark.soak
@given(case_documents)
@settings(max_examples=examples(10, 500), deadline=None)
def test_a_file_keeps_every_field_and_its_stable_form(document):
    case = parse_case(json.dumps(document).encode())
    written = json.loads(to_file(case))
    assert {**written, "rulings": None} == {**document, "rulings": None}
    assert _unordered(written["rulings"]) == _unordered(document["rulings"])
    assert to_file(parse_case(to_file(case).encode())) == to_file(case)


def _unordered(rulings):
    return sorted(json.dumps(ruling, sort_keys=True) for ruling in rulings)


def test_all_problems_of_a_record_are_told_at_once():
    data = _with(
        slug="A B",
        landmark="yes",
        topics=["astrology"],
        jurisdiction="XX",
        sources=[{"url": "ftp://x"}],
        extra=1,
    )
    places = {place for place, _ in _problems(data)}
    assert {
        "slug",
        "landmark",
        "topics[0]",
        "jurisdiction",
        "sources[0].url",
        "sources[0].title",
        "extra",
    } <= places


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "is not valid JSON"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 text"),
        (b'{"slug": "a", "slug": "b"}', "is not valid JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "is not an object"),
        (b'{"title": "\\ud800"}', "is not valid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not valid JSON"),
        (b"", "is not valid JSON"),
    ],
)
def test_what_is_no_record_at_all_is_one_problem(data, message):
    assert _problems(data) == {("", message)}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": ""}, "title"),
        ({"title": " \u200b\u3164"}, "title"),
        ({"title": "x" * 4001}, "title"),
        ({"aliases": ["x"] * 51}, "aliases"),
        ({"as_of": "July 2026"}, "as_of"),
        ({"as_of": "2026-02-31"}, "as_of"),
        ({"landmark": 1}, "landmark"),
        ({"sources": [_MINIMAL]}, "sources[0].url"),
        ({"summary": None}, "summary"),
    ],
)
def test_a_wrong_field_is_named(changes, place):
    assert place in {place for place, _ in _problems(_with(**changes))}


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://", "https://a b", "https://a\u200b.b/", "//x", "https://["],
)
def test_only_web_addresses_are_links(url):
    source = {"url": url, "title": "t", "publisher": "p", "language": "en", "kind": "primary"}
    assert {place for place, _ in _problems(_with(sources=[source]))} == {"sources[0].url"}


def test_rulings_stand_in_order_of_date_and_an_undated_one_keeps_its_place():
    def ruling(date):
        return {
            "court": "C",
            "level": "appeal",
            "result": "dismissed",
            "holding": "H",
            "decided_on": date,
        }

    dates = ["2024-05", None, "2023", "2023-11-27"]
    case = parse_case(_with(rulings=[ruling(date) for date in dates]))
    assert [r.decided_on for r in case.rulings] == ["2023", None, "2023-11-27", "2024-05"]
    assert case.latest_ruling is case.rulings[-1]


def test_a_byte_order_mark_is_no_problem():
    assert parse_case(b"\xef\xbb\xbf" + _with()).title == "A v. B"


def test_ids_fit_into_a_component_and_shipped_ones_are_the_same_everywhere():
    assert public_id("li-v-liu") == public_id("li-v-liu") != public_id("li-v-liu-2")
    assert {len(public_id("x")), len(new_id())} == {13}
    assert new_id() != new_id()
