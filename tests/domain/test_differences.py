import pytest
from hypothesis import given, settings

from bot.domain.differences import Difference, differences
from tests.domain.test_merge import _cases
from tests.samples import case, ruling, source

LING = {"name": "Ling", "role": "plaintiff"}
QIAO = {"name": "Qiao", "role": "defendant"}
APPEAL = ruling(court="IP Court", decided_on="2024-05", docket_number="2")
LINK = "https://court.example/1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"status": "final"}, [Difference("status", "decided", "final")]),
        ({"native_title": None}, [Difference("native_title", "凌某诉乔某", None)]),
        ({"landmark": True}, [Difference("landmark", "no", "yes")]),
        (
            {"aliases": ["Spring picture case", "Peach"]},
            [Difference("aliases", None, "Peach")],
        ),
        (
            {"topics": ["output"]},
            [Difference("topics", "authorship", None), Difference("topics", None, "output")],
        ),
        (
            {"rulings": [ruling(holding="Better.")]},
            [Difference("rulings[0].holding", ruling()["holding"], "Better.")],
        ),
        (
            {
                "rulings": [
                    ruling(),
                    ruling(court="IP Court", decided_on="2024-05", docket_number="2"),
                ]
            },
            [Difference("rulings[1]", None, "IP Court, 2024-05, 2, copyright-recognised")],
        ),
        (
            {"rulings": [ruling(remedies=[{"kind": "damages", "amount": "5", "currency": "CNY"}])]},
            [Difference("rulings[0].remedies[0].amount", "500", "5")],
        ),
        (
            {"rulings": [ruling(remedies=[])]},
            [Difference("rulings[0].remedies[0]", "CNY 500 damages", None)],
        ),
        (
            {"sources": []},
            [Difference("sources[0]", f"The judgment, {LINK}", None)],
        ),
        (
            {
                "parties": [
                    {"name": "Qiao", "role": "defendant"},
                    {"name": "Ling", "role": "plaintiff"},
                ]
            },
            [
                Difference(
                    "parties",
                    "Ling, plaintiff; Qiao, defendant",
                    "Qiao, defendant; Ling, plaintiff",
                )
            ],
        ),
        (
            {"sources": [source(), source("https://b.example", title="News")]},
            [Difference("sources[1]", None, "News, https://b.example")],
        ),
    ],
)
def test_what_changed_is_told_field_by_field(changes, expected):
    assert differences(case(), case(**changes)) == expected


@settings(deadline=None)
@given(_cases, _cases)
def test_there_is_a_difference_exactly_where_records_differ(before, after):
    assert bool(differences(before, after)) == (before != after)
