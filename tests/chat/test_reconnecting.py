"""How long a shard waits before it connects anew."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.client import CasebookClient
from bot.chat.reconnecting import _IDENTIFIES, Backoff, Identifies

DAY = 86_400.0


class Time:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Longest(random.Random):
    def uniform(self, a, b):
        return b


def test_an_outage_of_any_length_is_over_within_a_minute_of_its_end():
    time = Time()
    backoff = Backoff(Identifies(time), Longest(), time)
    waits = []
    for _ in range(30):
        waits.append(backoff.delay())
        time.now += waits[-1]
    assert waits[:6] == [1, 2, 4, 8, 16, 32]
    assert set(waits[6:]) == {60}


def test_after_a_while_of_connection_it_begins_anew():
    time = Time()
    backoff = Backoff(Identifies(time), Longest(), time)
    for _ in range(8):
        time.now += backoff.delay()
    time.now += 200
    assert backoff.delay() == 60
    time.now += 60 + 301
    assert backoff.delay() == 1


def test_one_that_identifies_again_and_again_never_uses_up_the_days_starts():
    time = Time()
    identifies = Identifies(time)
    backoff = Backoff(identifies, random.Random(5), time)
    end, count = time.now + DAY, 0
    while time.now < end:
        identifies.note()  # it connects, and is thrown out at once
        count += 1
        time.now += backoff.delay()
    assert _IDENTIFIES < count < 700  # of a thousand
    assert identifies.are_many
    time.now += DAY
    assert not identifies.are_many


@given(st.lists(st.floats(0, 5000), max_size=40), st.integers(0, 2**32))
def test_a_wait_is_never_negative_nor_longer_than_the_ceiling(pauses, seed):
    time = Time()
    backoff = Backoff(Identifies(time), random.Random(seed), time)
    for pause in pauses:
        assert 0 <= backoff.delay() <= 60
        time.now += pause


async def test_the_client_counts_its_identifies(monkeypatch, make_bot):
    async def at_once(*, first):
        pass

    bot: CasebookClient = make_bot()
    monkeypatch.setattr(bot._turns, "take", at_once)
    for _ in range(_IDENTIFIES):
        assert not bot._identifies.are_many
        await bot.before_identify_hook(0)
    assert bot._identifies.are_many
