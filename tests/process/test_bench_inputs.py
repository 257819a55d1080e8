"""What the measurements ask and of which catalogue: valid cases, queries that are what they say."""

import json
from collections import Counter

from benchmarks.bot_catalogue import make_cases, new_queries, popular_queries, typed_prefixes
from bot.domain.records import parse_case


def test_made_up_cases_are_valid_and_each_its_own() -> None:
    cases = make_cases(250)

    assert len(cases) == len({case["slug"] for case in cases}) == 250
    assert len({case["title"] for case in cases}) == 250
    for case in cases:
        parse_case(json.dumps(case).encode())
    assert make_cases(250) == cases
    assert len(make_cases(3)) == 3


def test_new_queries_never_repeat_and_popular_ones_mostly_do() -> None:
    cases = make_cases(250)

    new = new_queries(cases, 3000)
    assert len(set(new)) == len(new) == 3000
    assert all(0 < len(query) <= 100 for query in new)

    popular = Counter(popular_queries(cases, 3000))
    assert 0.15 < sum(count == 1 for count in popular.values()) / 3000 < 0.35
    assert popular.most_common(1)[0][1] > 200


def test_suggestions_are_asked_for_each_beginning() -> None:
    assert typed_prefixes(["abc", "d"]) == ["a", "ab", "abc", "d"]
