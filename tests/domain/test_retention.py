import datetime as dt

import pytest

from bot.domain.retention import Pruned, ServerData, cutoffs, in_words

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def test_the_cutoffs_are_those_of_the_privacy_page():
    old = cutoffs(NOW)
    ages = [(NOW - each).days for each in (old.drafts, old.suggesters, old.undelivered)]
    assert ages == [90, 365, 90]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (Pruned(), "nothing"),
        (Pruned(drafts=1), "1 draft"),
        (ServerData(cases=1200, hidden_cases=1), "1,200 cases, 1 hidden case"),
        (ServerData(settings=1, audit_rows=2), "1 setting, 2 audit rows"),
    ],
)
def test_counts_in_words(counts, words):
    assert in_words(counts) == words
