"""Whatever is typed into any form: understood or asked for, and the draft stays usable."""

import datetime as dt
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.courts import Court, Courts
from bot.domain.drafts import advice_on_draft, preview_of, problems_of_draft, with_defaults
from bot.domain.forms import (
    BasicsForm,
    FormError,
    HoldingForm,
    NamesForm,
    PartiesForm,
    RelatedForm,
    RemoveEntry,
    RulingChoice,
    RulingForm,
    SourceForm,
    StateForm,
    StatusChoice,
    SubjectForm,
    SummaryForm,
    TopicsChoice,
    typed_in,
)
from bot.domain.text import visible
from bot.domain.vocabulary import Level, Relation, Result, Role, SourceKind, Status, Topic
from tests import strategies
from tests.samples import case
from tests.strategies import examples

TODAY = dt.date(2026, 11, 25)
KNOWN = Courts([case()])

_text = st.one_of(
    st.sampled_from(
        ["", "27 Nov 2023", "06/07/2025", "https://a.example/b", "CNY 5 costs", "France", "a\nb\nc"]
    ),
    st.sampled_from(strategies.HOSTILE),
    st.text(max_size=60),
    st.text(st.characters(categories=["Cs", "Cf", "Cc", "Co"]), max_size=10),
)
_index = st.integers(-3, 60)


def _maybe(vocabulary):
    return st.none() | st.sampled_from(vocabulary)


_forms = st.one_of(
    st.builds(BasicsForm, _text, _text, _text, _text, _text),
    st.builds(NamesForm, _text, _text, _text),
    st.builds(SummaryForm, _text, _text),
    st.builds(PartiesForm, st.sampled_from(Role), _text),
    st.builds(RulingForm, st.none() | _index, _text, _text, _text, _text, _text),
    st.builds(HoldingForm, _index, _text, _text),
    st.builds(
        RulingChoice,
        _index,
        st.none() | st.sampled_from(Result),
        st.none() | st.sampled_from(Level),
    ),
    st.builds(TopicsChoice, st.lists(st.sampled_from(Topic), max_size=4).map(tuple)),
    st.builds(SubjectForm, _text, _text),
    st.builds(StateForm, _text, _text),
    st.builds(StatusChoice, st.none() | st.sampled_from(Status), st.none() | st.booleans()),
    st.builds(
        SourceForm,
        st.none() | _index,
        _text,
        _text,
        _text,
        _text,
        _text,
        st.sampled_from(SourceKind),
    ),
    st.builds(RelatedForm, _text, st.sampled_from(Relation)),
    st.builds(
        RemoveEntry, st.sampled_from(["aliases", "rulings", "sources", "title", "x"]), _index
    ),
)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


@settings(deadline=None, max_examples=examples(300, 100_000))
@given(st.lists(_forms, min_size=1, max_size=6))
def test_any_forms_in_any_order_leave_a_draft_that_is_publishable_or_says_why(forms):
    fields, typed = {}, {}
    for form in forms:
        before = json.dumps(fields)
        try:
            problems = form.fill(fields, KNOWN)
        except FormError:
            assert json.dumps(fields) == before
            continue
        assert all(problem.message and problem.mend for problem in problems)
        if problems:
            typed[form.name] = typed_in(form)
    fields = json.loads(json.dumps(fields))  # as it is stored
    typed = json.loads(json.dumps(typed))  # two halves of a surrogate pair become one character
    assert json.loads(json.dumps(typed)) == typed
    assert all(text == visible(text) for text in _texts(fields))
    whole = with_defaults(fields, TODAY)
    problems = problems_of_draft(whole, typed)
    preview = preview_of(whole)
    if not problems:
        assert preview is not None
    if preview is not None and "title" in fields:
        assert preview.title == fields["title"] or problems
    advice_on_draft(whole)


def test_a_known_court_brings_what_is_known_of_it():
    for typed in ("Beijing Internet Court", " beijing  INTERNET court ", "北京互联网法院"):
        court = KNOWN.read(typed)
        assert (court.name, court.native_name, court.jurisdiction, court.level) == (
            "Beijing Internet Court",
            "北京互联网法院",
            "CN",
            Level.FIRST_INSTANCE,
        )
    assert KNOWN.read("Beijing Internet Court, China").native_name == "北京互联网法院"


def test_an_unknown_court_says_where_it_is_or_is_asked():
    assert KNOWN.read("Tribunal X, France") == Court("Tribunal X", jurisdiction="FR")
    assert KNOWN.read("Tribunal X (FR)") == Court("Tribunal X", jurisdiction="FR")
    assert KNOWN.read("High Court, Chancery Division") == Court("High Court, Chancery Division")
    assert KNOWN.read("") == Court("")


def test_what_is_missing_is_asked_for_in_words():
    fields = {"title": "A v. B"}
    RulingForm(None, "Tribunal X").fill(fields, KNOWN)
    problems = problems_of_draft(with_defaults(fields, TODAY), {})
    assert {problem.place: problem.message for problem in problems} == {
        "jurisdiction": "the country of the court is missing",
        "summary": "the summary is missing",
        "rulings[0].level": "the rank of the court is missing",
        "rulings[0].result": "what the ruling decided is missing",
        "rulings[0].holding": "the holding is missing",
    }


def test_the_preview_leaves_out_only_what_is_not_valid():
    fields = with_defaults(
        json.loads(case().model_dump_json()) | {"filed_on": "soon", "aliases": ["a", "", "b"]},
        TODAY,
    )
    fields["sources"].append({"url": "ftp://x", "title": "t"})
    preview = preview_of(fields)
    assert preview == case(aliases=["a", "b"], filed_on=None)
    assert preview_of({}) is None
