"""Writing down what became of attempts, and what that means for the subscriptions."""

import datetime as dt
import logging
import random
from collections import Counter

from bot.domain.announcements import Lane, Target
from bot.domain.deliveries import Delivery, DeliveryState
from bot.services.announcements.clock import Clock
from bot.services.announcements.gate import NOT_ASKED
from bot.services.announcements.pacing import backoff
from bot.services.announcements.sending import Answer, Done, Refused
from bot.services.announcements.verdicts import Verdict, judge
from bot.storage import Database, Transaction, announcements, deliveries
from bot.storage import subscriptions as wishes
from bot.storage.deliveries import Settled
from bot.storage.duty import SoleDuty

_log = logging.getLogger(__name__)

DEADLINE = dt.timedelta(hours=24)
"""For how long a delivery is tried."""
_TOLERATED_FAILURES = 3
_FORBIDDEN_WAIT = 8 * 3600.0
_LEAST_ATTEMPTS = 10
"""Fewer are not given up, whatever the clock says: it may have been set forward."""
_OVERLAP = dt.timedelta(seconds=60)
"""How far Discord's clock may be behind ours when the history is read."""
_OWN_DOUBT = dt.timedelta(seconds=30)


class Ledger:
    """Knows what became of each attempt; what was sent is written with the next transaction.

    It writes only while this process has the duty to announce, else it raises `DutyLostError`.

    Attributes:
        outcomes: how often which state and code was the outcome, by lane, since the start.
    """

    def __init__(
        self, database: Database, duty: SoleDuty, clock: Clock, dice: random.Random
    ) -> None:
        self._database = database
        self._duty = duty
        self._clock = clock
        self._dice = dice
        self._unwritten: list[Settled] = []
        self._doubted: set[tuple[int, Lane, int]] = set()
        self._failing: set[Target] = set()
        self.outcomes: Counter[tuple[Lane, DeliveryState, int]] = Counter()

    async def open(self) -> None:
        """Read which targets have been failing."""
        async with self._database.read() as tx:
            self._failing = await wishes.failing(tx)

    async def claim(self, delivery: Delivery) -> bool:
        """Commit that a delivery is being sent, together with what has been settled meanwhile.

        Returns:
            Whether it is still to be sent.
        """
        unwritten, self._unwritten = self._unwritten, []
        now = self._clock.now()
        try:
            async with self._duty.writing() as tx:
                await self._write(tx, unwritten)
                claimed = await deliveries.claim(tx, delivery, now)
                if not claimed:
                    await deliveries.stop_unheard(tx, delivery, now)
        except BaseException:
            self._unwritten = unwritten + self._unwritten
            raise
        return claimed

    async def flush(self) -> None:
        """Commit what has been settled."""
        unwritten, self._unwritten = self._unwritten, []
        if not unwritten:
            return
        try:
            async with self._duty.writing() as tx:
                await self._write(tx, unwritten)
        except BaseException:
            self._unwritten = unwritten + self._unwritten
            raise

    async def hand_over(self) -> None:
        """Tell the process that has the duty now what arrived; all else it finds out itself."""
        sent = [each for each in self._unwritten if each.state is DeliveryState.SENT]
        self._doubted.clear()
        if sent:
            async with self._database.write() as tx:
                await deliveries.settle_open(tx, sent)
        self._unwritten = []

    async def _write(self, tx: Transaction, settled: list[Settled]) -> None:
        await deliveries.settle(tx, settled)
        arrived = {s.delivery.target for s in settled if s.state is DeliveryState.SENT}
        mended = self._failing & arrived
        if mended:
            await wishes.note_success(tx, list(mended))
            self._failing -= mended

    def sent(self, delivery: Delivery, channel: int, message: int, shown: int) -> None:
        """Note that a delivery has arrived.

        Args:
            delivery: the delivery.
            channel: where it is.
            message: its id; 0 if it is gone already.
            shown: the announcement's version in it.
        """
        now = self._clock.now()
        settled = Settled(
            delivery,
            DeliveryState.SENT,
            now,
            channel=channel,
            message=message or None,
            shown=shown,
        )
        self._settle(settled)

    def end(self, delivery: Delivery, state: DeliveryState, code: int = 0) -> None:
        """Note that nothing more is tried."""
        self._settle(Settled(delivery, state, self._clock.now(), code=code))

    async def refused(
        self, delivery: Delivery, answer: Answer, *, doubtful: bool, silent: bool = False
    ) -> None:
        """Write down an answer that is no success.

        Args:
            delivery: the delivery.
            answer: to the attempt to send it.
            doubtful: whether an earlier attempt may have sent it all the same.
            silent: whether nothing else is answered either.
        """
        if answer is NOT_ASKED:
            self.again(delivery, doubtful=doubtful, soon=True)
            return
        code = 0 if isinstance(answer, Done) else _code(answer)
        match judge(answer):
            case Verdict.DOUBTFUL:
                self._doubted.add(delivery.key)
                self.again(delivery, doubtful=True, code=code, soon=silent)
            case Verdict.GONE | Verdict.CLOSED:
                async with self._duty.writing() as tx:
                    await self._break_off(tx, delivery, code, doubtful=False)
            case Verdict.FORBIDDEN | Verdict.ARCHIVED:
                await self._forbidden(delivery, code, doubtful=doubtful)
            case Verdict.REJECTED:
                await self._reject(delivery, code)
            case Verdict.ALL_LATER:  # how long everything waits is the gate's to say
                self.again(delivery, doubtful=doubtful, code=code, soon=True)
            case _:
                after = answer.retry_after if isinstance(answer, Refused) else None
                self.again(delivery, doubtful=doubtful, code=code, after=after)

    def again(
        self,
        delivery: Delivery,
        *,
        doubtful: bool,
        code: int = 0,
        after: float | None = None,
        soon: bool = False,
    ) -> None:
        """Note that a delivery is to be tried again, unless its day is over.

        Args:
            delivery: the delivery.
            doubtful: whether it may have been sent.
            code: Discord's reason.
            after: the least seconds to wait.
            soon: whether to wait no longer than after a first attempt, since it was stopped by
                what stops all others.
        """
        now = self._clock.now()
        over = delivery.started_at is not None and now - delivery.started_at > DEADLINE
        if over and delivery.attempts >= _LEAST_ATTEMPTS:
            self.end(delivery, _end_state(doubtful=doubtful), code)
            return
        wait = max(after or 0.0, backoff(1 if soon else delivery.attempts + 1, self._dice))
        due = now + dt.timedelta(seconds=wait)
        waiting = DeliveryState.WAITING
        self._unwritten.append(
            self._counted(Settled(delivery, waiting, due, doubtful=doubtful, code=code))
        )

    def may_be_there_since(self, delivery: Delivery, made_at: dt.datetime) -> dt.datetime:
        """From when on the message of a delivery in doubt may be in its channel.

        Args:
            delivery: the delivery.
            made_at: when the announcement was made.
        """
        began, now = delivery.started_at or made_at, self._clock.now()
        if began > now:  # the clock has been set back, so nobody knows when that was
            return now - DEADLINE
        return began - _OVERLAP

    def trusts_nonce(self, delivery: Delivery) -> bool:
        """Whether Discord surely still knows the nonce of this process's own first attempt.

        It remembers one for "the past few minutes" (Discord: Create Message).
        """
        started = delivery.started_at
        return (
            delivery.key in self._doubted
            and started is not None
            and self._clock.now() - started <= _OWN_DOUBT
        )

    def _settle(self, settled: Settled) -> None:
        self._doubted.discard(settled.delivery.key)
        self._unwritten.append(self._counted(settled))

    def _counted(self, settled: Settled) -> Settled:
        self.outcomes[settled.delivery.target.lane, settled.state, settled.code] += 1
        return settled

    async def _forbidden(self, delivery: Delivery, code: int, *, doubtful: bool) -> None:
        """Try again some hours later, or break off after three failures over 24 h."""
        now, target = self._clock.now(), delivery.target
        self._failing.add(target)
        async with self._duty.writing() as tx:
            await wishes.note_failure(tx, target, code, now)
            count, since = await wishes.failures(tx, target)
            if since is not None and count >= _TOLERATED_FAILURES and now - since >= DEADLINE:
                await self._break_off(tx, delivery, code, doubtful=doubtful)
                return
            # Jitter, so that a server's channels do not come all at once.
            wait = dt.timedelta(seconds=_FORBIDDEN_WAIT * (1 + self._dice.random() / 8))
            waiting = DeliveryState.WAITING
            settled = Settled(delivery, waiting, now + wait, doubtful=doubtful, code=code)
            await deliveries.settle(tx, [self._counted(settled)])

    async def _break_off(
        self, tx: Transaction, delivery: Delivery, code: int, *, doubtful: bool
    ) -> None:
        now = self._clock.now()
        ended = Settled(delivery, _end_state(doubtful=doubtful), now, code=code)
        await deliveries.settle(tx, [self._counted(ended)])
        await wishes.break_off(tx, delivery.target, code, now)
        await deliveries.give_up(tx, delivery.target, code, now)
        self._failing.discard(delivery.target)

    async def _reject(self, delivery: Delivery, code: int) -> None:
        now = self._clock.now()
        async with self._duty.writing() as tx:
            failed = Settled(delivery, DeliveryState.FAILED, now, code=code)
            await deliveries.settle(tx, [self._counted(failed)])
            await announcements.refuse(tx, delivery.announcement, code)
            await deliveries.stop(tx, delivery.announcement, now)
        _log.error("Discord refuses the text of A-%d (code %d)", delivery.announcement, code)


def _code(answer: Answer) -> int:
    if isinstance(answer, Refused) and answer.code:
        return answer.code
    return 0 if isinstance(answer, Done) else answer.status


def _end_state(*, doubtful: bool) -> DeliveryState:
    return DeliveryState.UNCONFIRMED if doubtful else DeliveryState.FAILED
