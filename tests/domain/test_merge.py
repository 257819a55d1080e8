import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.case import MAX_ITEMS, Case
from bot.domain.merge import FieldConflict, merge
from bot.domain.problems import InvalidRecordError
from tests.samples import case, ruling, source
from tests.strategies import examples

BASE = case()
APPEAL = ruling(court="Beijing IP Court", level="appeal", decided_on="2024-05", docket_number="2")


_words = st.sampled_from(["one", "two", "three"])
_rulings = st.builds(
    ruling,
    court=_words,
    decided_on=st.sampled_from([None, "2023", "2024-05"]),
    docket_number=st.none() | _words,
    holding=_words,
    judges=st.lists(_words, max_size=3),
    remedies=st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["costs", "fine"]),
                "amount": st.none() | st.sampled_from(["1", "2"]),
                "currency": st.sampled_from([None, "CNY", "USD"]),
            }
        ),
        max_size=3,
    ),
)
_links = st.sampled_from(["https://a.example", "https://b.example"])
_cases = st.builds(
    case,
    title=_words,
    aliases=st.lists(_words, max_size=3),
    summary=_words,
    as_of=st.sampled_from(["2026", "2026-05"]),
    rulings=st.lists(_rulings, max_size=3),
    sources=st.lists(st.builds(source, _links, title=_words), max_size=3),
)


@settings(deadline=None, max_examples=examples(200, 20_000))
@given(_cases, _cases)
def test_a_side_that_changed_nothing_takes_the_other_s_record_whole(base, other):
    for merged in (merge(base, base, other), merge(base, other, base), merge(base, other, other)):
        assert merged.case == other
        assert merged.conflicts == ()


@settings(deadline=None, max_examples=examples(300, 30_000))
@given(_cases, _cases, _cases)
def test_any_three_records_merge_into_a_valid_one_that_loses_nothing_unasked(base, ours, theirs):
    merged = merge(base, ours, theirs)
    assert Case.model_validate_json(merged.case.model_dump_json()) == merged.case
    if merged.conflicts:
        return
    for field in ("title", "summary"):
        changed = {getattr(ours, field), getattr(theirs, field)} - {getattr(base, field)}
        assert {getattr(merged.case, field)} == (changed or {getattr(base, field)})
    for ours_or_theirs in (ours, theirs):
        assert set(ours_or_theirs.aliases) - set(base.aliases) <= set(merged.case.aliases)
        links = {each.url for each in ours_or_theirs.sources} - {each.url for each in base.sources}
        assert links <= {each.url for each in merged.case.sources}


@pytest.mark.parametrize("prefer", ["ours", "theirs"])
def test_different_fields_are_put_together(prefer):
    ours = case(summary="Ours.", topics=["authorship", "evidence"])
    theirs = case(status="final", topics=["output"])
    merged = merge(BASE, ours, theirs, prefer=prefer)
    assert merged.conflicts == ()
    assert merged.case == case(summary="Ours.", status="final", topics=["evidence", "output"])


def test_the_same_field_is_a_conflict_with_both_texts():
    ours, theirs = case(summary="Ours."), case(summary="Theirs.")
    conflict = FieldConflict("summary", BASE.summary, "Ours.", "Theirs.")
    for prefer, expected in (("ours", ours), ("theirs", theirs)):
        merged = merge(BASE, ours, theirs, prefer=prefer)
        assert merged.conflicts == (conflict,)
        assert merged.case == expected


def test_the_same_change_on_both_sides_is_none():
    changed = case(summary="The same.", rulings=[ruling(), APPEAL])
    assert merge(BASE, changed, changed) == merge(BASE, changed, BASE)


def test_a_ruling_added_and_another_changed():
    ours = case(rulings=[ruling(holding="A better holding.")])
    theirs = case(rulings=[ruling(judges=["Zhu Ge", "Another"]), APPEAL])
    merged = merge(BASE, ours, theirs)
    assert merged.conflicts == ()
    changed = ruling(holding="A better holding.", judges=["Zhu Ge", "Another"])
    assert merged.case == case(rulings=[changed, APPEAL])


def test_a_ruling_is_recognised_when_its_date_or_its_docket_number_is_corrected():
    ours = case(rulings=[ruling(decided_on="2023-11-28")])
    theirs = case(rulings=[ruling(holding="A better holding.")])
    merged = merge(BASE, ours, theirs)
    assert merged.case == case(
        rulings=[ruling(decided_on="2023-11-28", holding="A better holding.")]
    )
    ours = case(rulings=[ruling(docket_number="(2023) 11279")])
    merged = merge(BASE, ours, theirs)
    expected = ruling(docket_number="(2023) 11279", holding="A better holding.")
    assert merged.case == case(rulings=[expected])


def test_both_add_the_same_ruling():
    ours = case(rulings=[ruling(), APPEAL])
    theirs = case(rulings=[ruling(), {**APPEAL, "holding": "Other words."}])
    merged = merge(BASE, ours, theirs)
    assert [conflict.place for conflict in merged.conflicts] == ["rulings[1].holding"]
    assert merged.case == ours


def test_an_entry_removed_by_one_and_changed_by_the_other_is_a_conflict():
    ours = case(sources=[])
    theirs = case(sources=[source(title="Another title")])
    merged = merge(BASE, ours, theirs)
    [conflict] = merged.conflicts
    assert (conflict.place, conflict.ours) == ("sources[0]", None)
    assert merged.case == ours
    assert merge(BASE, ours, theirs, prefer="theirs").case == theirs
    [conflict] = merge(BASE, theirs, ours).conflicts
    assert (conflict.place, conflict.theirs) == ("sources[0]", None)


def test_an_entry_removed_by_one_and_left_by_the_other_is_gone():
    assert merge(BASE, case(sources=[]), case(status="final")).case == case(
        sources=[], status="final"
    )


def test_of_two_checks_the_later_one_counts():
    merged = merge(BASE, case(as_of="2026-08"), case(as_of="2026-09-01"))
    assert (merged.case.as_of, merged.conflicts) == ("2026-09-01", ())


def test_lists_that_grow_past_the_limit_together_are_refused():
    ours = case(aliases=[f"our alias {n}" for n in range(MAX_ITEMS)])
    theirs = case(aliases=[*BASE.aliases, "their alias"])
    with pytest.raises(InvalidRecordError, match="more than 50"):
        merge(BASE, ours, theirs)
