import json

from bot.domain.checks import advise, check_together
from bot.domain.problems import Severity
from bot.domain.records import parse_case


def _case(slug, **changes):
    record = {
        "slug": slug,
        "title": slug,
        "jurisdiction": "CN",
        "status": "pending",
        "as_of": "2026-07",
        "summary": "Short.",
        **changes,
    }
    return parse_case(json.dumps(record).encode())


def test_cases_may_not_contradict_each_other():
    cases = [
        _case("a", aliases=["Monkey Selfie"], related=[{"slug": "b", "relation": "compare"}]),
        _case(
            "b", aliases=["monkey selfie", "own"], related=[{"slug": "z", "relation": "compare"}]
        ),
        _case("b", related=[{"slug": "b", "relation": "compare"}]),
    ]
    first, second, third = check_together(cases)
    assert [p.place for p in first] == ["aliases[0]"]
    assert [p.place for p in second] == ["slug", "aliases[0]", "related[0].slug"]
    assert [p.place for p in third] == ["slug", "related[0].slug"]
    assert all(p.severity is Severity.ERROR and p.mend for p in first + second + third)


def test_advice_says_what_would_make_a_record_better():
    places = {p.place for p in advise(_case("a"))}
    assert places == {"native_title", "aliases", "summary", "topics", "sources"}


def test_advice_looks_into_rulings_and_sources():
    case = _case(
        "a",
        rulings=[
            {
                "court": "C",
                "level": "appeal",
                "result": "dismissed",
                "holding": "H",
                "remedies": [{"kind": "damages", "amount": "5"}],
            }
        ],
        sources=[
            {
                "url": "http://x.org",
                "title": "t",
                "publisher": "p",
                "language": "en",
                "kind": "primary",
            }
        ],
    )
    places = {p.place for p in advise(case)}
    assert {
        "rulings[0].decided_on",
        "rulings[0].docket_number",
        "rulings[0].holding",
        "rulings[0].remedies[0]",
        "sources[0].url",
    } <= places
    assert "sources" not in places
