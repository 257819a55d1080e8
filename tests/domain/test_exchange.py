import gzip
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.exchange import IN_DISCORD, Limits, UnreadableFileError, read_file, write_file
from bot.domain.records import to_document
from tests import strategies
from tests.samples import case, document, ruling
from tests.strategies import examples

_words = strategies.plain.map("x{}".format)  # a text has something that can be seen
_cases = st.builds(
    case,
    st.sampled_from(["a", "b-1", "c"]),
    title=_words,
    summary=st.sampled_from(strategies.HOSTILE).map("x{:.3999}".format),
    aliases=st.lists(_words, max_size=3),
    rulings=st.lists(st.builds(ruling, holding=_words), max_size=2),
)
LIMITS = Limits(file=200_000, unpacked=400_000, cases=50)


def _rows(data, limits=LIMITS):
    return list(read_file(data, limits))


def _refusal(data, limits=LIMITS):
    with pytest.raises(UnreadableFileError) as caught:
        _rows(data, limits)
    return caught.value.problem.message


def _file(*records):
    return json.dumps(records, ensure_ascii=False).encode()


@settings(deadline=None, max_examples=examples(50, 5000))
@given(st.lists(_cases, max_size=3, unique_by=lambda each: each.slug))
def test_what_is_written_is_read_again_and_gives_the_same_bytes(cases):
    written = write_file(cases)
    limits = Limits(2**30, 2**30, 10)
    read = _rows(written, limits)
    assert [row.case for row in read] == sorted(cases, key=lambda each: each.slug)
    assert write_file(row.case for row in read) == written
    assert _rows(gzip.compress(written), limits) == read


def test_the_written_form_is_one_stable_json_list():
    written = write_file([case("b"), case("a")])
    assert [record["slug"] for record in json.loads(written)] == ["a", "b"]
    assert written.endswith(b"\n]\n")
    assert write_file([]) == b"[]\n"


def test_plain_packed_with_a_mark_in_any_spacing_or_alone():
    one = document("one")
    for data in (
        _file(one),
        b"\xef\xbb\xbf" + _file(one),
        b" \r\n\t[ " + json.dumps(one, indent=8).encode() + b" ]\n ",
        json.dumps(one).encode(),
        gzip.compress(_file(one)),
        gzip.compress(_file(one)[:40]) + gzip.compress(_file(one)[40:]),
    ):
        [row] = _rows(data)
        assert (row.number, row.slug, row.problems) == (1, "one", ())
        assert to_document(row.case) == to_document(case("one"))
    assert _rows(b"[]") == []


def test_each_bad_row_is_told_with_its_number_and_reasons():
    rows = _rows(_file(document("one"), document("two", status="lost", title=""), 7, document("x")))
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.slug for row in rows] == ["one", "two", None, "x"]
    assert sorted(problem.place for problem in rows[1].problems) == ["status", "title"]
    assert rows[2].case is None
    assert [row.case is not None for row in rows] == [True, False, False, True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "\ud800"}, "JSON"),
        ({"title": 10**30}, "is not text"),
        ({"title": 1e308}, "is not text"),
        ({"title": None}, "is not text"),
        ({"aliases": ["x"] * 51}, "more than 50 entries"),
        ({"summary": "x" * 4001}, "longer than 4000"),
        ({"related": {"a": 1}}, "not a list"),
        ({"sources": [{"url": "javascript:alert(1)"}]}, "not a web address"),
        ({"unknown": 1}, "not a field"),
        ({"rulings": "x"}, "not a list"),
        ({"as_of": "2026-02-30"}, "is refused"),
    ],
)
def test_a_hostile_field_is_refused_with_a_reason(changes, words):
    data = json.dumps([document(**changes)]).encode()
    [row] = _rows(data)
    assert row.case is None
    assert words in "; ".join(problem.message for problem in row.problems)


def test_a_field_twice_a_huge_number_and_infinity_are_refused():
    text = json.dumps(document())
    for broken in (
        text.replace('"title":', '"title": "x", "title":', 1),
        text.replace('"landmark": false', f'"landmark": {"9" * 10_000}'),
        text.replace('"landmark": false', '"landmark": NaN'),
        text.replace('"landmark": false', '"landmark": 1e99999'),
    ):
        [row] = _rows(f"[{broken}]".encode())
        assert row.case is None
        assert row.problems


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "does not hold a list"),
        (b"null", "does not hold a list"),
        (b'"text"', "does not hold a list"),
        (b"[", "not valid JSON at line 1, column 2"),
        (b"[{}", "not valid JSON"),
        (b"[{},]", "not valid JSON"),
        (b"[{} {}]", "not valid JSON at line 1, column 5"),
        (b"[]x", "not valid JSON"),
        (b"[{}]\n]", "not valid JSON at line 2, column 1"),
        (b"{} {}", "not valid JSON"),
        (b"[{'a': 1}]", "not valid JSON"),
        (b"\x00\x01\x02", "does not hold a list"),
        ("[]".encode("utf-16"), "is not UTF-8"),
        ("[{}]".encode("utf-16-le"), "not valid JSON"),
        (b"\xff\xfe\xfd", "is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"a":' * 30_000, "nested too deeply"),
        (b"\x1f\x8b", "damaged gzip"),
        (b"\x1f\x8bnonsense and more of it", "damaged gzip"),
        (gzip.compress(b"[]", mtime=0)[:-6], "damaged gzip"),
        (gzip.compress(b"[]", mtime=0) + b"trailing", "damaged gzip"),
        (b" " * 200_001, "larger than"),
        (b"[" + b"{}," * 50 + b"{}]", "more than 50 cases"),
    ],
)
def test_a_file_that_is_no_list_of_records_is_refused_as_a_whole(data, words):
    assert words in _refusal(data)


def test_a_bomb_is_refused_by_size_and_never_unpacked():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"[" + b" " * (1024 * 1024)
    bomb = b"".join(packer.compress(block) for _ in range(128)) + packer.flush()
    assert len(bomb) < IN_DISCORD.file // 8  # a whole gigabyte would pass Discord's limit
    tracemalloc.start()
    try:
        assert "larger than 1 MB" in _refusal(bomb, Limits(IN_DISCORD.file, 1024 * 1024, 10))
        assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    finally:
        tracemalloc.stop()


@settings(deadline=None, max_examples=examples(300, 50_000))
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=100).map(gzip.compress),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.text(max_size=10), inner, max_size=4)
            ),
            max_leaves=20,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_arbitrary_bytes_are_refused_in_words(data):
    try:
        rows = _rows(data)
    except UnreadableFileError as failure:
        refusal = failure.problem
    else:
        assert all(row.case is None and row.problems for row in rows)
        return
    assert refusal.message
    assert refusal.mend


@settings(deadline=None, max_examples=examples(200, 100_000))
@given(st.data())
def test_a_record_with_anything_anywhere_is_valid_or_refused_in_words(data):
    record = document()
    field = data.draw(st.sampled_from(sorted(record)))
    words = strategies.nasty
    anything = st.one_of(st.none(), st.integers(), st.floats(), words, st.lists(words, max_size=2))
    record = {**record, field: data.draw(anything)}
    [row] = _rows(json.dumps([record]).encode(), Limits(2**30, 2**30, 10))
    assert (row.case is None) == bool(row.problems)
