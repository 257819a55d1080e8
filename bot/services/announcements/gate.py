"""The one way to ask Discord something: in turn, below every limit, and not at all when banned."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.announcements import Lane
from bot.services.announcements.clock import Clock
from bot.services.announcements.pacing import (
    Breaker,
    Pacer,
    Turn,
    Window,
    after_refusals,
    after_silence,
)
from bot.services.announcements.sending import Done, Page, Refused, Sender, Unknown
from bot.services.announcements.verdicts import Verdict, is_invalid, judge

_log = logging.getLogger(__name__)

_LANE_WAIT = 60.0
_ReplyT = TypeVar("_ReplyT")

NOT_ASKED = Refused(0)
"""The answer to what could not be asked: nothing was sent."""


class NotNowError(Exception):
    """Nothing may be asked for now."""


class Gate:
    """Lets requests through at the set rate, and stops them all when Discord has had enough.

    Attributes:
        halted: why nothing is asked until the owner acts; empty while it is.
    """

    def __init__(self, rate: float, clock: Clock) -> None:
        self.halted = ""
        self._clock = clock
        self._pacer = Pacer(rate, clock)
        self._window = Window(rate, clock)
        self._breaker = Breaker(clock)
        self._refusals = after_refusals()
        self._silence = after_silence()
        self._sender: Sender | None = None
        self._not_before = 0.0
        self._members_not_before = 0.0

    def open(self, sender: Sender) -> None:
        """Ask through a sender from now on."""
        self._sender = sender

    def rest(self, seconds: float) -> None:
        """Give no turn for so long: what another process asked just before counts too."""
        self._pacer.pause(seconds)

    def shut(self) -> None:
        """Ask nothing more."""
        self._sender = None

    @property
    def sender(self) -> Sender:
        """Who asks.

        Raises:
            NotNowError: if the gate is shut.
        """
        if self._sender is None:
            raise NotNowError
        return self._sender

    def is_open(self, lane: Lane = Lane.CHANNEL) -> bool:
        """Whether something may be asked now."""
        return self._sender is not None and not self.halted and self.resting_for(lane) <= 0

    def resting_for(self, lane: Lane = Lane.CHANNEL) -> float:
        """Seconds for which nothing may be asked; 0 if it may.

        Discord has had enough then, or does not answer.
        """
        begin = self._not_before
        if lane is Lane.MEMBER:
            begin = max(begin, self._members_not_before)
        return max(0.0, begin - self._clock.seconds(), self._breaker.wait())

    @property
    def is_silent(self) -> bool:
        """Whether nothing that is asked is answered."""
        return self._silence.holds

    @property
    def invalid_requests(self) -> tuple[int, int]:
        """How many answers were invalid: since the start, and in the last ten minutes."""
        return self._breaker.total, self._breaker.recently()

    async def turn(self) -> Turn:
        """Wait for the next turn, to be given to `ask` or back.

        Raises:
            NotNowError: if nothing may be asked.
        """
        if not self.is_open():
            raise NotNowError
        await self._pacer.take()
        turn = await self._window.enter()
        if not self.is_open():  # much may happen while waiting
            self._window.give_back(turn)
            raise NotNowError
        self._breaker.begin()
        return turn

    def give_back(self, turn: Turn) -> None:
        """Nothing is asked in that turn."""
        self._breaker.end(invalid=False)
        self._window.give_back(turn)

    async def pace(self) -> None:
        """Wait for the turn of one request that is not made with `ask`.

        Raises:
            NotNowError: if nothing may be asked.
        """
        turn = await self.turn()
        self._breaker.end(invalid=False)
        self._window.answered(turn)

    async def ask(
        self, request: Callable[[Sender], Awaitable[_ReplyT]], turn: Turn | None = None
    ) -> _ReplyT | Refused:
        """Make one request.

        Args:
            request: what to ask.
            turn: the turn that was taken for it; `None` to wait for one.

        Returns:
            The answer, or `NOT_ASKED`.
        """
        try:
            turn = turn or await self.turn()
        except NotNowError:
            return NOT_ASKED
        sender = self._sender
        if sender is None:
            self.give_back(turn)
            return NOT_ASKED
        self._window.leave(turn)
        answer: object = None
        try:
            answer = reply = await request(sender)
        except NotNowError:  # what it would have asked next may not be asked
            return NOT_ASKED
        finally:
            self._breaker.end(invalid=is_invalid(answer))
            self._window.answered(turn)
        self._listen(reply)
        self._mind(reply)
        return reply

    def _listen(self, answer: object) -> None:
        """Stop for a while where nothing is answered."""
        was_silent = self.is_silent
        if not isinstance(answer, Unknown):
            self._silence.after_success()
            if was_silent:
                _log.info("Discord answers again, so announcing goes on")
        elif self.resting_for() <= 0:  # what was asked before a pause does not make it longer
            wait = self._silence.after_failure()
            self._not_before = max(self._not_before, self._clock.seconds() + wait)
            if self.is_silent and not was_silent:
                _log.warning("Discord does not answer: announcing rests until it does")

    def _mind(self, answer: object) -> None:
        """Draw the conclusions that concern the bot as a whole."""
        if isinstance(answer, Done | Page):
            self._refusals.after_success()
        if not isinstance(answer, Refused):
            return
        if answer.everywhere:
            self._pacer.pause(answer.retry_after or 1.0)
            self._window.refused()
        match judge(answer):
            case Verdict.ALL_LATER:
                wait = self._refusals.after_failure(answer.retry_after)
                self._not_before = max(self._not_before, self._clock.seconds() + wait)
                _log.error(
                    "What stands before Discord refuses the bot's requests (HTTP %d): nothing is "
                    "announced for %.0f s",
                    answer.status,
                    wait,
                )
            case Verdict.LANE_LATER:
                self._members_not_before = self._clock.seconds() + _LANE_WAIT
            case Verdict.STOP:
                self.halted = f"HTTP {answer.status}, code {answer.code}"
                _log.critical(
                    "Discord refuses the bot's token (%s): announcing stops. Reset the token on "
                    "the Bot page of your application, put it into .env and start the bot again",
                    self.halted,
                )
            case _:
                pass
        if self._breaker.is_open:
            _log.error(
                "Discord refused too much in ten minutes: nothing is announced for %.0f s",
                self._breaker.wait(),
            )
