import asyncio
import gc
import weakref

import pytest

from bot.search import MOST_COUNTED, Ambiguous, CaseIndex, Found, Hit, NotFound, build
from tests.search.catalogue import (
    answer,
    index_of,
    made_up,
    record,
    shipped_entries,
    shipped_index,
)

GUILD, OTHER = 1001, 1002


def ids(hits):
    return [hit.id for hit in hits]


def test_put_replaces_the_case_with_the_same_id():
    index = index_of([record("a", "Alpha v. Beta"), record("a", "Gamma v. Delta")])
    assert len(index) == 1
    assert index.search("alpha") == []
    assert ids(index.search("gamma")) == ["a"]


def test_a_case_may_move_between_scopes():
    index = index_of([record("a", "Alpha v. Beta")])
    index.put(record("a", "Alpha v. Beta", scope=GUILD))
    assert index.search("alpha") == []
    assert ids(index.search("alpha", scope=GUILD)) == ["a"]


def test_remove_takes_the_case_out_and_raises_for_an_unknown_one():
    index = index_of([record("a", "Alpha v. Beta"), record("b", "Alpha v. Roe", scope=GUILD)])
    index.remove("a")
    index.remove("b")
    assert len(index) == 0
    assert "a" not in index
    for gone in ("a", "b", "c"):
        with pytest.raises(KeyError):
            index.remove(gone)


def test_an_empty_index_answers():
    index = CaseIndex()
    assert index.search("alpha") == []
    assert index.complete("") == []
    assert index.ask("alpha") == NotFound()


def test_a_record_without_a_single_word_does_no_harm():
    index = index_of([record("a", "!!!"), record("b"), record("c", "Alpha v. Beta")])
    assert ids(index.search("alpha")) == ["c"]
    assert set(ids(index.complete(""))) == {"a", "b", "c"}
    index.remove("a")
    index.remove("b")
    assert len(index) == 1


def test_a_scope_sees_the_public_cases_and_its_own_in_one_ranking():
    index = index_of(
        [
            record("public", "Alpha v. Beta"),
            record("own", "Alpha v. Gamma", scope=GUILD, landmark=True),
            record("other", "Alpha v. Delta", scope=OTHER),
        ]
    )
    assert ids(index.search("alpha")) == ["public"]
    assert ids(index.search("alpha", scope=GUILD)) == ["own", "public"]
    assert set(ids(index.complete("alp", scope=OTHER))) == {"public", "other"}
    assert set(ids(index.complete("", scope=OTHER))) == {"public", "other"}
    assert answer(index.ask("alpha gamma", scope=OTHER)) is None
    assert answer(index.ask("alpha gamma", scope=GUILD)) == "own"


def test_other_servers_cases_change_nothing_that_a_server_sees():
    public = [made_up(number) for number in range(60)]
    own = [made_up(number, scope=GUILD) for number in range(60, 90)]
    others = [made_up(n, scope=OTHER + n % 3) for n in range(100, 220)]
    alone, shared = index_of([*public, *own]), index_of([*others, *public, *own])
    for query in (
        "thaler",
        "getty stability",
        "beijing",
        "北京",
        "1:22-cv-01",
        "gety",
        "watermark",
    ):
        assert shared.search(query, scope=GUILD) == alone.search(query, scope=GUILD)
        assert shared.ask(query, scope=GUILD) == alone.ask(query, scope=GUILD)
        assert shared.search(query) == alone.search(query)


def test_an_empty_query_completes_to_landmarks_then_the_latest_ruled():
    index = index_of(
        [
            record("undecided", "A v. B"),
            record("old", "C v. D", latest=700000),
            record("new", "E v. F", latest=739000),
            record("landmark", "G v. H", latest=600000, landmark=True),
        ]
    )
    assert ids(index.complete("")) == ["landmark", "new", "old", "undecided"]
    assert ids(index.complete("  ", limit=2)) == ["landmark", "new"]


def test_equals_are_ordered_by_landmark_then_citations_then_latest():
    family = [
        record("late", "Alpha v. Longest Name of Them All", latest=739000),
        record("early", "Alpha v. Short", latest=738000),
        record("cited", "Alpha v. Beta", latest=1),
        record("known", "Alpha v. Gamma", landmark=True),
        record("citing", "Roe v. Doe", related=["cited"]),
    ]
    index = index_of(family)
    assert ids(index.search("alpha")) == ["known", "cited", "late", "early"]
    verdict = index.ask("alpha")
    assert isinstance(verdict, Ambiguous)
    assert ids(verdict.hits) == ["known", "cited", "late", "early"]
    assert ids(index.complete("alph")) == ["known", "cited", "late", "early"]


def test_every_list_has_one_order():
    index = shipped_index()
    for query in ("thaler", "dabus", "perplexity", "ultraman", "getty images", "openai", "beijing"):
        verdict = index.ask(query)
        assert isinstance(verdict, Ambiguous)
        expected = ids(index.search(query))[: len(verdict.hits)]
        assert ids(verdict.hits) == expected
        assert ids(index.complete(query))[: len(expected)] == expected


def test_a_party_is_not_the_whole_name_of_a_case():
    index = index_of(
        [
            record("one", "Doe v. OpenAI", mentions=["OpenAI"]),
            record("two", "Roe v. OpenAI, Inc.", mentions=["OpenAI, Inc."], landmark=True),
        ]
    )
    verdict = index.ask("openai")
    assert isinstance(verdict, Ambiguous)
    assert (ids(verdict.hits), verdict.total) == (["two", "one"], 2)


def test_a_name_outranks_words_of_the_text():
    index = index_of(
        [
            record("text", "Doe v. Roe", text=["A watermark case about a watermark"]),
            record("name", "Watermark v. Smith"),
        ]
    )
    assert ids(index.search("watermark"))[0] == "name"
    assert answer(index.ask("watermark")) == "name"


def test_even_a_part_of_a_name_outranks_words_of_the_text():
    index = index_of(
        [
            record("text", "Doe v. Roe", text=["The Zarya comic and its watermark"]),
            record("name", "Zarya of the Dawn"),
        ]
    )
    assert ids(index.search("zarya watermark")) == ["name", "text"]
    assert ids(index.ask("zarya watermark").hits) == ["name", "text"]


def test_more_that_fit_than_are_offered_are_counted():
    index = index_of(record(f"{n:03}", f"Acme v. Defendant {n}") for n in range(130))
    verdict = index.ask("acme")
    assert isinstance(verdict, Ambiguous)
    assert len(verdict.hits) == 25
    assert verdict.total == 130


def test_a_servers_many_cases_are_counted_beside_the_public_ones():
    index = index_of(record(f"{n:03}", f"Acme v. Defendant {n}") for n in range(60))
    for number in range(60, 140):
        index.put(record(f"{number}", f"Acme v. Defendant {number}", scope=GUILD))
    verdict = index.ask("acme", scope=GUILD)
    assert isinstance(verdict, Ambiguous)
    assert verdict.total == 140


@pytest.mark.parametrize("limit", [1, 3, 25])
def test_limits_hold(limit):
    index = shipped_index()
    assert len(index.search("thaler", limit=limit)) == min(limit, 19)
    assert len(index.complete("", limit=limit)) == limit


def test_near_misses_stay_near():
    verdict = index_of([record("a", "Stallings v. Smith")]).ask("stallins")
    assert verdict == Ambiguous(sure=False, hits=(Hit("a", verdict.hits[0].score),), total=1)


def test_a_whole_key_is_found_alone_though_it_begins_others():
    index = index_of([record("a", "Alpha v. Beta"), record("b", "Alpha v. Beta Industries")])
    assert index.ask("alpha beta") == Found(Hit("a", 1.0))


def test_a_hidden_whole_key_leaves_the_answer_to_what_it_begins():
    index = index_of([record("a", "Alpha v. Beta"), record("b", "Alpha v. Beta Industries")])
    verdict = index.ask("alpha beta", hidden={"a"})
    assert isinstance(verdict, Found)
    assert verdict.hit.id == "b"


async def test_a_built_index_goes_with_its_last_user():
    """What is frozen is never searched for cycles, so one would keep a replaced index for good."""
    index = await build(shipped_entries())
    await asyncio.get_running_loop().shutdown_default_executor()  # its thread has let go of it
    gone = weakref.ref(index._public)
    gc.disable()
    try:
        del index
        assert gone() is None
    finally:
        gc.enable()


async def test_build_gives_the_index_that_puts_would():
    entries = shipped_entries()
    index = await build(entries)
    assert len(index) == len(entries)
    assert index.search("beijing") == shipped_index().search("beijing")


async def test_build_passes_on_what_goes_wrong():
    def entries():
        yield record("a", "Alpha v. Beta")
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        await build(entries())


def test_many_servers_are_searched_in_turn_and_answer_alike_each_time():
    servers = range(1, 60)
    index = index_of(made_up(n, scope=n % 59 + 1) for n in range(150))
    first = [index.search("getty stability", scope=scope) for scope in servers]
    index.put(made_up(7, scope=1))
    index.put(made_up(7, scope=8))
    assert [index.search("getty stability", scope=scope) for scope in servers] == first


def test_words_typed_without_a_space_are_found():
    index = index_of([record("a", "Murray v. Gibson"), record("b", "Murray v. Hale")])
    assert ids(index.search("murraygibson"))[0] == "a"


def test_where_more_records_have_every_word_than_are_gone_through_the_rare_ones_still_decide():
    index = index_of(record(str(n), f"Alpha v. Common {n}") for n in range(1100))
    index.put(record("rare", "Zebra v. Common"))
    assert ids(index.search("common zebra"))[0] == "rare"
    verdict = index.ask("common")
    assert isinstance(verdict, Ambiguous)
    assert verdict.total == MOST_COUNTED


def test_a_new_record_is_found_by_a_word_that_many_had_when_it_was_asked_for():
    records = [record(str(n), f"Alpha v. Common {n}") for n in range(1100)]
    new = record("new", "Yak v. Common")
    index = index_of(records)
    before = index.search("common yak")
    index.put(new)
    assert index.search("common yak") == index_of([*records, new]).search("common yak")
    index.remove("new")
    assert index.search("common yak") == before
