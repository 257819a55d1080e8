"""One attempt at one delivery: settle what is in doubt, then send if it still has to be."""

import base64
import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable
from enum import Enum, auto

from bot.domain.announcements import Lane
from bot.domain.deliveries import Announcement, Delivery, DeliveryState
from bot.services.announcements.gate import Gate
from bot.services.announcements.ledger import Ledger
from bot.services.announcements.pacing import Turn
from bot.services.announcements.sending import (
    Answer,
    Done,
    Page,
    Reading,
    Sender,
    Unreadable,
)
from bot.services.announcements.verdicts import Verdict, judge

_NONCE = 24
"""Characters of a nonce; Discord takes 25."""
_PAGES = 5
"""How many times a hundred messages are read to find one."""


class _Look(Enum):
    """What the history said."""

    SETTLED = auto()
    """The delivery is written down; nothing is to be sent."""
    NOT_THERE = auto()
    TRUST_NONCE = auto()
    """Nothing, but a repetition would do no harm."""


class Attempt:
    """An attempt for which a turn was taken and that was committed as `sending`."""

    def __init__(
        self,
        gate: Gate,
        ledger: Ledger,
        delivery: Delivery,
        announcement: Announcement,
        channel: int,
        nonce: str,
        turn: Turn,
    ) -> None:
        self._gate = gate
        self._ledger = ledger
        self._delivery = delivery
        self._announcement = announcement
        self._channel = channel
        self._nonce = nonce
        self._turn: Turn | None = turn

    async def make(self) -> None:
        """Make it, and tell the ledger what became of it."""
        try:
            await self._make()
        finally:
            unused = self._take_turn()
            if unused is not None:
                self._gate.give_back(unused)

    async def _make(self) -> None:
        delivery, doubtful = self._delivery, self._delivery.doubtful
        if doubtful:
            seen = await self._look()
            if seen is _Look.SETTLED:
                return
            doubtful = seen is _Look.TRUST_NONCE
        if self._announcement.is_withdrawn or self._announcement.code:
            # One in doubt that cannot be looked up was not found either; it is not sent again.
            state = DeliveryState.UNCONFIRMED if doubtful else DeliveryState.STOPPED
            self._ledger.end(delivery, state)
            return
        answer = await self._post()
        if judge(answer) is Verdict.ARCHIVED and await self._unarchive():
            answer = await self._post()
        if judge(answer) is Verdict.SENT:
            message = answer.id if isinstance(answer, Done) else 0
            self._ledger.sent(delivery, self._channel, message, self._announcement.version)
        else:
            await self._refused(answer, doubtful=doubtful)

    async def _post(self) -> Answer:
        target = self._delivery.target
        if target.lane is Lane.CHANNEL:
            foreseen = self._gate.sender.foresee(self._channel, target.guild)
            if foreseen is not None:
                return foreseen
        return await self._gate.ask(self._send, self._take_turn())

    async def _send(self, sender: Sender) -> Answer:
        return await sender.post(self._channel, self._delivery, self._announcement, self._nonce)

    async def _unarchive(self) -> bool:
        answer = await self._gate.ask(lambda sender: sender.unarchive(self._channel))
        return isinstance(answer, Done)

    async def _look(self) -> _Look:
        """Read the channel's history for the announcement's reference."""
        delivery = self._delivery
        after: dt.datetime | int = self._ledger.may_be_there_since(
            delivery, self._announcement.made_at
        )
        for _ in range(_PAGES):
            page = await self._gate.ask(self._read_from(after), self._take_turn())
            if isinstance(page, Unreadable):
                if self._ledger.trusts_nonce(delivery):
                    return _Look.TRUST_NONCE
                self._ledger.end(delivery, DeliveryState.UNCONFIRMED)
                return _Look.SETTLED
            if not isinstance(page, Page):
                await self._refused(page, doubtful=True)
                return _Look.SETTLED
            if page.found is not None:
                # Which version it shows is not known; the first is corrected if need be.
                self._ledger.sent(delivery, self._channel, page.found, 1)
                return _Look.SETTLED
            if page.last is None:
                return _Look.NOT_THERE
            after = page.last
        # More was written there than is read; it may be among the rest.
        self._ledger.end(delivery, DeliveryState.UNCONFIRMED)
        return _Look.SETTLED

    async def _refused(self, answer: Answer, *, doubtful: bool) -> None:
        silent = self._gate.is_silent
        await self._ledger.refused(self._delivery, answer, doubtful=doubtful, silent=silent)

    def _read_from(self, after: dt.datetime | int) -> Callable[[Sender], Awaitable[Reading]]:
        number, guild = self._delivery.announcement, self._delivery.target.guild
        pace = self._gate.pace
        return lambda sender: sender.look_for(self._channel, guild, number, after, pace)

    def _take_turn(self) -> Turn | None:
        """The turn that was taken for the first request; `None` for the ones after it."""
        turn, self._turn = self._turn, None
        return turn


def nonce_of(instance: str, delivery: Delivery) -> str:
    """The same for each attempt at a delivery, in any process, and like no other's.

    Args:
        instance: of this installation.
        delivery: the delivery.
    """
    key = f"{instance}|{delivery.announcement}|{delivery.target.lane}|{delivery.target.id}"
    digest = hashlib.blake2b(key.encode(), digest_size=15).digest()
    return base64.b32encode(digest).decode()[:_NONCE]
