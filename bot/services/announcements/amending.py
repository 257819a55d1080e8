"""What follows sending: messages that say something older are edited, and editors are told."""

import datetime as dt
import logging
import random
from collections.abc import Callable
from itertools import groupby

from bot.domain.announcements import Lane
from bot.domain.deliveries import Announcement, Delivery
from bot.services.announcements.clock import Clock
from bot.services.announcements.gate import NOT_ASKED, Gate, NotNowError
from bot.services.announcements.ledger import DEADLINE
from bot.services.announcements.pacing import Pacer
from bot.services.announcements.sending import BrokenOff, Notice, Refused, TextRefused
from bot.services.announcements.verdicts import Verdict, judge
from bot.storage import Database, announcements, deliveries
from bot.storage import subscriptions as wishes
from bot.storage.duty import SoleDuty

_log = logging.getLogger(__name__)

_EDITS_A_SECOND = 5.0
_AHEAD = 200
_WAIT = 60.0


class Amending:
    """Edits and tells, one thing after the other, when nothing is left to be sent."""

    def __init__(
        self, database: Database, duty: SoleDuty, gate: Gate, clock: Clock, dice: random.Random
    ) -> None:
        self._database = database
        self._duty = duty
        self._gate = gate
        self._clock = clock
        self._dice = dice
        self._pacer = Pacer(_EDITS_A_SECOND, clock)

    async def edit_all(self, go_on: Callable[[], bool]) -> None:
        """Bring messages up to their announcement's version, slowly, while `go_on` says so."""
        while go_on():
            async with self._database.read() as tx:
                batch = await deliveries.due_edits(tx, self._clock.now(), limit=_AHEAD)
                known = await deliveries.announcements_of(tx, batch)
            if not batch:
                return
            for delivery in batch:
                if not go_on():
                    return
                await self._pacer.take()
                await self._edit(delivery, known[delivery.announcement])

    async def _edit(self, delivery: Delivery, announcement: Announcement) -> None:
        channel, message = delivery.channel or 0, delivery.message or 0
        answer = await self._gate.ask(
            lambda sender: sender.edit(channel, message, delivery, announcement)
        )
        if answer is NOT_ASKED:
            return
        shown, due = announcement.version, self._clock.now()
        match judge(answer):
            case Verdict.SENT:
                pass
            case Verdict.LATER | Verdict.DOUBTFUL | Verdict.ALL_LATER | Verdict.STOP:
                if due - (announcement.changed_at or due) <= DEADLINE:
                    asked = answer.retry_after if isinstance(answer, Refused) else None
                    wait = max(asked or 0.0, _WAIT * (0.5 + self._dice.random()))
                    shown, due = delivery.shown, due + dt.timedelta(seconds=wait)
            case _:
                _log.warning("The message of %s can no longer be edited", delivery.key)
        async with self._duty.writing() as tx:
            await deliveries.note_edit(tx, delivery, shown, due)

    async def tell_editors(self) -> None:
        """Tell editors of what was broken off or refused. Each thing is tried to be said once."""
        async with self._database.read() as tx:
            broken = await wishes.untold(tx, Lane.CHANNEL)
            refused = await announcements.untold(tx)
        for guild, group in groupby(broken, lambda one: one.target.guild):
            notice = BrokenOff(tuple(group))
            async with self._duty.writing() as tx:
                await wishes.mark_told(tx, (one.number for one in notice.subscriptions))
            await self._tell(guild, notice.subscriptions[0].person, notice)
        for announcement in refused:
            async with self._duty.writing() as tx:
                await announcements.mark_told(tx, announcement.number)
            author = announcement.author
            await self._tell(author.guild, author.person, TextRefused(announcement))

    async def _tell(self, guild: int, person: int, notice: Notice) -> None:
        try:
            told = await self._gate.sender.tell_editors(guild, person, notice, self._gate.pace)
        except NotNowError:
            told = False
        if not told:
            _log.warning("The editors of server %d could not be told: %s", guild, notice)
