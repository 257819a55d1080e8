"""How many requests can have arrived in a second, whatever delays them on the way."""

import asyncio
import random
from collections.abc import Callable

import pytest

from bot.services.announcements.pacing import Pacer, Window, after_refusals, after_silence
from tests.announcements.discord import OwnClock

RATE = 48.0
LIMIT = 50


async def arrivals(count: int, way: Callable[[float], float]) -> tuple[list[float], OwnClock]:
    """When requests arrive that are sent in turn, and what the time is then.

    `way` says when a request arrives that leaves at a moment; it is answered 0.15 s later.
    """
    clock = OwnClock()
    pacer, window = Pacer(RATE, clock), Window(RATE, clock)
    arrived: list[float] = []
    answers: list[tuple[float, object]] = []
    for _ in range(count):
        await pacer.take()
        for at, turn in [*answers]:
            if at <= clock.elapsed:
                answers.remove((at, turn))
                late, clock.elapsed = clock.elapsed, at  # the answer came just then
                window.answered(turn)
                clock.elapsed = late
        turn = await window.enter()
        window.leave(turn)
        arrived.append(way(clock.elapsed))
        answers.append((arrived[-1] + 0.15, turn))
    return sorted(arrived), clock


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(first <= each < first + 1.0 for each in moments) for first in moments)


async def test_an_even_way_slows_nothing_down():
    moments, clock = await arrivals(1000, lambda left: left + 0.02)
    assert most_in_a_second(moments) <= LIMIT
    assert 1000 / clock.elapsed > 0.995 * RATE


@pytest.mark.parametrize("stall", [0.05, 0.1, 0.2])
async def test_what_arrives_in_a_bunch_is_made_up_for(stall):
    def stalled(left: float) -> float:
        """Every ten seconds nothing arrives for a while, and then all at once."""
        into = (left + 0.02) % 10.0
        return left + 0.02 + max(0.0, stall - into) if left > 5.0 else left + 0.02

    moments, clock = await arrivals(1500, stalled)
    assert most_in_a_second(moments) <= LIMIT
    assert 1500 / clock.elapsed > 0.98 * RATE


@pytest.mark.parametrize("spread", [0.02, 0.1, 0.5])
async def test_a_way_that_is_always_uneven_costs_one_in_a_hundred_at_most(spread):
    dice = random.Random(1)
    moments, clock = await arrivals(3000, lambda left: left + dice.uniform(0.0, spread))
    assert 3000 / clock.elapsed > 0.98 * RATE
    if spread == 0.02:
        assert most_in_a_second(moments) <= LIMIT


async def test_what_leaves_late_is_made_up_for_and_never_more_than_49_in_a_second():
    clock = OwnClock()
    pacer, window = Pacer(RATE, clock), Window(RATE, clock)
    dice = random.Random(2)
    left: list[float] = []
    for number in range(3000):
        await pacer.take()
        turn = await window.enter()
        if number % 40 == 0:  # a commit that takes long
            clock.elapsed += dice.uniform(0.0, 0.12)
        window.leave(turn)
        left.append(clock.elapsed)
        window.answered(turn)
    assert most_in_a_second(left) <= 50
    assert 3000 / clock.elapsed > 0.99 * RATE


async def test_requests_that_never_are_answered_do_not_stop_the_others():
    clock = OwnClock()
    window = Window(RATE, clock)
    for _ in range(500):
        clock.elapsed += 1 / RATE
        await asyncio.wait_for(window.enter(), 1.0)
    assert clock.elapsed < 500 / RATE + 2.0


async def test_being_refused_lets_it_wait_longer():
    clock = OwnClock()
    window = Window(RATE, clock)

    async def waited(seconds: float) -> float:
        """How long turns wait for which the way takes so long, one after the other."""
        begin = clock.elapsed
        for _ in range(100):
            clock.elapsed += 1 / RATE
            turn = await window.enter()
            window.leave(turn)
            clock.elapsed += seconds
            window.answered(turn)
            clock.elapsed -= seconds
        return clock.elapsed - begin - 100 / RATE

    await waited(0.0)
    assert await waited(1.5) > 0.5
    assert await waited(1.5) < 0.2
    window.refused()
    assert await waited(1.5) > 0.5


async def test_a_turn_that_was_not_used_counts_for_nothing():
    clock = OwnClock()
    window = Window(RATE, clock)
    for _ in range(500):
        window.give_back(await window.enter())
    assert clock.elapsed == 0.0


def test_a_lost_answer_stops_nothing_and_a_row_of_them_ever_longer_until_one_comes():
    silence = after_silence()
    waits = [silence.after_failure() for _ in range(9)]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 30, 30]
    silence.after_success()
    assert silence.after_failure() == 0


def test_a_ban_of_weeks_is_asked_about_every_quarter_of_an_hour():
    refusals = after_refusals()
    waits = [refusals.after_failure() for _ in range(2_000)]
    assert waits[:6] == [5, 15, 45, 135, 405, 900]
    assert set(waits[6:]) == {900}
    assert refusals.after_failure(60.0) == 60
    assert refusals.after_failure(1.0) == 5
