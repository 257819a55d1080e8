"""What counts as well, and what is said of what does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.buckets import Buckets
from bot.domain.health import AnnouncerState, ChatVitals, Shard, Vitals, alive, checks

CHAT = ChatVitals(ready=True, shards=(Shard(0, True, 0.05), Shard(1, True, None)), servers=3)
WELL = Vitals(
    loop_late=0.002,
    chat=CHAT,
    announcer=AnnouncerState.IDLE,
    halted="",
    trouble="",
    cases=187,
    behind=0.0,
)


def wrong(vitals: Vitals) -> dict[str, str]:
    return {check.name: check.says for check in checks(vitals) if not check.fine}


def test_a_bot_that_is_well_says_so_of_every_part():
    found = checks(WELL)
    assert [check.name for check in found] == [
        "event loop",
        "gateway",
        "database",
        "index",
        "announcer",
    ]
    assert all(check.fine and check.says for check in found)
    assert alive(WELL).fine


@pytest.mark.parametrize(
    ("changes", "part", "says"),
    [
        ({"loop_late": 1.5}, "event loop", "1500 ms"),
        ({"chat": ChatVitals()}, "gateway", "not told of every server"),
        (
            {"chat": replace(CHAT, shards=(Shard(0, True, 0.1), Shard(7, False, 0.1)))},
            "gateway",
            "7",
        ),
        ({"chat": replace(CHAT, shards=(Shard(3, True, 40.0),))}, "gateway", "3 (40 s)"),
        ({"trouble": "The disk is full"}, "database", "The disk is full"),
        ({"behind": 11.0}, "index", "behind the database for 11 s"),
        ({"announcer": AnnouncerState.HALTED, "halted": "HTTP 401"}, "announcer", "HTTP 401"),
        ({"announcer": AnnouncerState.STOPPED}, "announcer", "stopped"),
    ],
)
def test_what_is_wrong_is_named(changes, part, says):
    found = wrong(replace(WELL, **changes))
    assert list(found) == [part]
    assert says in found[part]


@pytest.mark.parametrize(
    "changes",
    [
        {"announcer": AnnouncerState.ELSEWHERE},
        {"announcer": AnnouncerState.RESTING},
        {"announcer": AnnouncerState.DRAINING},
        {"behind": 5.0},
        {"loop_late": 0.9},
    ],
)
def test_what_passes_by_itself_is_fine(changes):
    assert not wrong(replace(WELL, **changes))


def test_an_outage_of_discord_or_the_database_is_no_reason_to_restart():
    assert alive(replace(WELL, chat=ChatVitals(), trouble="gone", loop_late=9.0)).fine
    assert not alive(replace(WELL, loop_late=11.0)).fine


@given(st.lists(st.floats(0, 10, allow_nan=False)))
def test_buckets_count_what_is_not_above_each_bound(values):
    buckets = Buckets([0.5, 1.0, 5.0])
    for value in values:
        buckets.note(value)
    expected = [(bound, sum(v <= bound for v in values)) for bound in (0.5, 1.0, 5.0, float("inf"))]
    assert list(buckets.cumulated()) == expected
    assert buckets.total == pytest.approx(sum(values))
