"""What goes through the gate, and what counts while it is on its way."""

import pytest

from bot.services.announcements.gate import Gate, NotNowError
from bot.services.announcements.pacing import INVALID_ALLOWED
from bot.services.announcements.sending import Refused
from tests.announcements.discord import OwnClock, Scripted


async def _forbidden(sender):
    return Refused(403, 50013)


@pytest.fixture
async def gate():
    made = Gate(48.0, OwnClock())
    made.open(Scripted())
    for _ in range(INVALID_ALLOWED - 1):
        await made.ask(_forbidden)
    return made


async def test_a_turn_that_was_given_counts_before_its_request_goes(gate):
    turn = await gate.turn()
    with pytest.raises(NotNowError):
        await gate.turn()
    await gate.ask(_forbidden, turn)
    assert gate.invalid_requests == (INVALID_ALLOWED, INVALID_ALLOWED)
    assert gate.resting_for() > 0


async def test_a_turn_that_was_given_back_counts_no_more(gate):
    for _ in range(3):
        gate.give_back(await gate.turn())
    await gate.pace()
    assert gate.resting_for() == 0
    assert gate.invalid_requests == (INVALID_ALLOWED - 1, INVALID_ALLOWED - 1)
