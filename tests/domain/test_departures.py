"""When a server counts as gone, and when its data is due."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.departures import ABSENCES, KEPT_FOR, Departure, Presence, absent, removed

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_a_removal_counts_from_when_discord_said_so():
    gone = removed(None, 7, NOW)
    assert gone == Departure(7, NOW, ABSENCES)
    assert not gone.is_due(NOW + KEPT_FOR - dt.timedelta(milliseconds=1))
    assert gone.is_due(NOW + KEPT_FOR)
    assert removed(gone, 7, NOW + DAY) == gone


def test_an_absence_counts_from_the_second_full_start():
    once = absent(None, 7, NOW)
    assert not once.is_certain
    assert not once.is_due(NOW + 400 * DAY)
    twice = absent(once, 7, NOW + DAY)
    assert twice.is_certain
    assert not twice.is_due(NOW + KEPT_FOR)
    assert twice.is_due(NOW + DAY + KEPT_FOR)
    assert absent(twice, 7, NOW + 2 * DAY) == twice


def test_a_removal_after_an_absence_counts_from_the_removal():
    assert removed(absent(None, 7, NOW), 7, NOW + DAY) == Departure(7, NOW + DAY, ABSENCES)


@given(st.integers(0, 2**63 - 1), st.integers(1, 64))
def test_exactly_one_shard_judges_a_server(guild, shard_count):
    judging = [
        shard
        for shard in range(shard_count)
        if Presence(frozenset(), shard_count, frozenset({shard})).judges(guild)
    ]
    assert judging == [(guild >> 22) % shard_count]


def test_a_process_misses_only_servers_of_its_own_shards():
    there, gone, others = (5 << 22) * 2, (6 << 22) * 2, (6 << 22) * 2 + (1 << 22)
    presence = Presence(frozenset({there}), 2, frozenset({0}))
    assert [presence.lacks(guild) for guild in (there, gone, others)] == [False, True, False]
