"""The worker that delivers: one in the whole installation, resumable at any moment.

The order for each delivery: take a turn, commit that it is being sent, ask Discord, commit that it
was sent. So after a crash only the few that were under way are in doubt; for those the channel's
history is read before anything is sent again. Nothing waits here while there is nothing to do:
`kick` starts a task that ends when the outbox is empty, and what has to be tried again sets a
timer.
"""

import asyncio
import datetime as dt
import logging
import random
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.announcements import Lane, Target
from bot.domain.deliveries import Announcement, Delivery, DeliveryState
from bot.domain.health import AnnouncerState
from bot.services.announcements.amending import Amending
from bot.services.announcements.attempt import Attempt, nonce_of
from bot.services.announcements.clock import Clock, SystemClock, Timer
from bot.services.announcements.gate import NOT_ASKED, Gate, NotNowError
from bot.services.announcements.ledger import DEADLINE, Ledger
from bot.services.announcements.pacing import Pacer
from bot.services.announcements.sending import Done, Sender
from bot.storage import Database, StorageError, deliveries, meta
from bot.storage import subscriptions as wishes
from bot.storage.duty import DutyLostError, SoleDuty

_log = logging.getLogger(__name__)

_DUTY = 0xCA5E0B0C

_SLOTS = {Lane.CHANNEL: 32, Lane.MEMBER: 4}
"""Requests under way at once. At 48 a second 32 allow an answer to take two thirds of a second."""
_AHEAD = 200
_CONVERSATIONS_A_SECOND = 1.0
_LOOK_AGAIN = 30.0
"""Seconds until the outbox is looked at again for what other processes wrote."""
_STAND_BY = 4.0
"""Seconds until a process that does not announce looks whether the one that does is gone."""
_BREATH = 1.0
"""Seconds between another process's last request and this one's first: one limit is on both."""
_STORAGE_WAIT = 10.0
_LEAST_WAIT = 0.05
_SET_BACK = dt.timedelta(seconds=5)
"""More than a clock is slowed down by while it is being corrected."""


@dataclass(slots=True)
class _LaneWork:
    """One lane while the outbox is drained."""

    lane: Lane
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something new may be due, or a request has ended."""
    queue: deque[Delivery] = field(default_factory=deque[Delivery])
    known: dict[int, Announcement] = field(default_factory=dict[int, Announcement])
    busy: set[Target] = field(default_factory=set[Target])
    tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])
    stale: bool = True
    """Whether the queue has to be read anew."""


class Outbox:
    """Delivers what is in the outbox, while it is started."""

    def __init__(
        self,
        database: Database,
        rate: float,
        *,
        after: Callable[[], Awaitable[None]] | None = None,
        clock: Clock | None = None,
        dice: random.Random | None = None,
    ) -> None:
        """Make an outbox that is not started.

        Args:
            database: where the deliveries are.
            rate: requests a second, in all lanes together.
            after: is called each time the outbox has been worked through.
            clock: the time; the system's if `None`.
            dice: for the jitter.
        """
        self._after = after
        self._database = database
        self._clock = clock or SystemClock()
        dice = dice or random.Random()  # noqa: S311 - jitter
        self._duty = SoleDuty(database, _DUTY, "announcer")
        self._gate = Gate(rate, self._clock)
        self._ledger = Ledger(database, self._duty, self._clock, dice)
        self._amending = Amending(database, self._duty, self._gate, self._clock, dice)
        self._conversations = Pacer(_CONVERSATIONS_A_SECOND, self._clock)
        self._started = False
        self._task: asyncio.Task[None] | None = None
        self._timer: Timer | None = None
        self._kicked = False
        self._elsewhere = False
        self._lanes: tuple[_LaneWork, ...] = ()
        self._failure: StorageError | None = None
        self._instance = ""
        self._began: dt.datetime | None = None

    def start(self, sender: Sender) -> None:
        """Deliver from now on, what was interrupted first."""
        self._started = True
        self._gate.open(sender)
        self.kick()

    async def stop(self, within: float) -> None:
        """Send nothing more, and write down what became of what is under way.

        Args:
            within: seconds; what has no answer by then stays in doubt, for the next start.
        """
        self._started = False
        self._cancel_timer()
        self._wake_lanes()
        task, self._task = self._task, None
        if task is not None:
            await asyncio.wait({task}, timeout=within)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._gate.shut()
        try:
            await self._ledger.flush()
        except DutyLostError:
            await self._hand_over()
        except StorageError as failure:
            _log.warning("What was sent last is looked for at the next start: %s", failure)
        await self._duty.let_go()

    def kick(self) -> None:
        """Look at the outbox now. To be called after a commit that put something into it."""
        self._kicked = True
        self._wake_lanes()
        if self._started and (self._task is None or self._task.done()):
            self._cancel_timer()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="outbox")

    def resting_for(self) -> float:
        """Seconds for which nothing is sent; 0 if it is. See `Gate.resting_for`."""
        return self._gate.resting_for()

    @property
    def announcing(self) -> bool:
        """Whether this process is the one that delivers, as far as it knows."""
        return self._started and self._duty.held

    @property
    def halted(self) -> str:
        """Why nothing is sent until the owner acts; empty while it is."""
        return self._gate.halted

    @property
    def state(self) -> AnnouncerState:
        """What it is doing."""
        if self.halted:
            return AnnouncerState.HALTED
        if not self._started:
            return AnnouncerState.STOPPED
        if self.resting_for() > 0:
            return AnnouncerState.RESTING
        if self._elsewhere:
            return AnnouncerState.ELSEWHERE
        busy = self._task is not None and not self._task.done()
        return AnnouncerState.DRAINING if busy else AnnouncerState.IDLE

    @property
    def outcomes(self) -> Mapping[tuple[Lane, DeliveryState, int], int]:
        """How often which state and code was the outcome of an attempt, since the start."""
        return self._ledger.outcomes

    @property
    def invalid_requests(self) -> tuple[int, int]:
        """How many answers Discord counts as invalid: since the start, in the last ten minutes."""
        return self._gate.invalid_requests

    async def _run(self) -> None:
        """Drain the outbox, and set the timer for what has to wait."""
        try:
            self._kicked = False
            wait = await self._drain()
            if self._after is not None:
                await self._after()
            if self._kicked and self._may_go_on():  # while it was coming to rest
                wait = 0.0
        except DutyLostError:
            _log.warning("Another process announces now; this one stands by")
            await self._hand_over()
            wait = _STAND_BY
        except StorageError as failure:
            _log.warning("Announcing waits for the database: %s", failure)
            wait = _STORAGE_WAIT
        except Exception:  # noqa: BLE001 - whatever it is, what waits must be tried again
            _log.exception("The outbox could not be worked through; it is tried again")
            wait = _STORAGE_WAIT
        if self._started and not self.halted:
            self._timer = self._clock.call_later(wait, self._on_timer)

    async def _hand_over(self) -> None:
        self._elsewhere = True
        await self._duty.let_go()
        try:
            await self._ledger.hand_over()
        except StorageError as failure:
            _log.warning("What was sent last is looked for by the next process: %s", failure)

    def _on_timer(self) -> None:
        self._timer = None
        self.kick()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake_lanes(self) -> None:
        for work in self._lanes:
            work.stale = True
            work.changed.set()

    def _may_go_on(self, lane: Lane = Lane.CHANNEL) -> bool:
        return self._started and self._failure is None and self._gate.is_open(lane)

    async def _drain(self) -> float:
        """Deliver all that is due.

        Returns:
            The seconds until something may be due again.
        """
        term = self._duty.term
        self._elsewhere = not await self._duty.take()
        if self._elsewhere:
            return _STAND_BY
        if self._duty.term != term:
            _log.info("This process announces from now on")
            await self._ledger.hand_over()  # what is not written is of the term before
            self._gate.rest(_BREATH)
        await self._begin()
        self._kicked = True
        while self._kicked and self._may_go_on():
            self._kicked = False
            await self._send_all()
            await self._amending.tell_editors()
            await self._amending.edit_all(lambda: self._may_go_on() and not self._kicked)
        return await self._until_next()

    async def _until_next(self) -> float:
        waits = [_LOOK_AGAIN]
        async with self._database.read() as tx:
            for lane in Lane:
                due = await deliveries.next_due(tx, lane)
                if due is not None:
                    wait = (due - self._clock.now()).total_seconds()
                    waits.append(max(wait, self._gate.resting_for(lane), _LEAST_WAIT))
        return min(waits)

    async def _begin(self) -> None:
        """Take up what another process, or an earlier run of this one, left under way."""
        await self._ledger.flush()
        await self._ledger.open()
        now = self._clock.now()
        # Nothing has to wait for longer than a day, unless the clock was set back in between.
        latest = now if self._was_set_back(now) else now + DEADLINE
        async with self._database.read() as tx:
            self._instance = self._instance or await meta.get(tx, meta.INSTANCE) or ""
            orphans = await deliveries.count_sending(tx)
            late = await deliveries.count_later(tx, latest)
        if self._instance and not orphans and not late:
            return
        async with self._duty.writing() as tx:
            if not self._instance:
                self._instance = secrets.token_hex(8)
                await meta.put(tx, meta.INSTANCE, self._instance)
            await deliveries.recover(tx, now)
            await deliveries.bring_forward(tx, now, latest)
        if late:
            _log.warning("The clock was set back: %d deliveries are tried now", late)
        if orphans:
            _log.warning("%d deliveries were interrupted: looking whether they arrived", orphans)

    def _was_set_back(self, now: dt.datetime) -> bool:
        """Whether somebody has set the clock back since this was asked last."""
        began = now - dt.timedelta(seconds=self._clock.seconds())
        before, self._began = self._began, began
        return before is not None and before - began > _SET_BACK

    async def _send_all(self) -> None:
        self._lanes = tuple(_LaneWork(lane) for lane in Lane)
        self._failure = None
        try:
            async with asyncio.TaskGroup() as group:
                for work in self._lanes:
                    group.create_task(self._run_lane(work), name=f"outbox-{work.lane}")
        finally:
            self._lanes = ()
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        await self._ledger.flush()

    async def _run_lane(self, work: _LaneWork) -> None:
        async with asyncio.TaskGroup() as under_way:  # it ends, or is broken off, with the lane
            try:
                await self._feed(work, under_way)
            except NotNowError:
                pass
            except StorageError as failure:
                # The other lane ends too, and nothing that is under way is broken off.
                self._failure = failure
                self._wake_lanes()

    async def _feed(self, work: _LaneWork, under_way: asyncio.TaskGroup) -> None:
        """Launch what is due, until nothing is and nothing is under way."""
        while self._may_go_on(work.lane):
            work.changed.clear()
            delivery = await self._pick(work)
            if delivery is not None:
                await self._launch(work, delivery, under_way)
            elif work.tasks:
                await self._ledger.flush()
                if not work.changed.is_set():
                    await work.changed.wait()
            else:
                return

    async def _pick(self, work: _LaneWork) -> Delivery | None:
        """The next delivery whose target is not being sent something else."""
        if len(work.tasks) >= _SLOTS[work.lane]:
            return None
        if work.stale or not work.queue:
            work.stale = False
            async with self._database.read() as tx:
                found = await deliveries.due(tx, work.lane, self._clock.now(), limit=_AHEAD)
                work.known = await deliveries.announcements_of(tx, found)
            work.queue = deque(found)
        for place, delivery in enumerate(work.queue):
            if delivery.target not in work.busy:
                del work.queue[place]
                return delivery
        return None

    async def _launch(
        self, work: _LaneWork, delivery: Delivery, under_way: asyncio.TaskGroup
    ) -> None:
        """Take a turn, commit that it is being sent, and let it go."""
        channel = await self._channel_of(delivery)
        if channel is None:
            return
        turn = await self._gate.turn()
        claimed = False
        try:
            claimed = await self._ledger.claim(delivery)
        finally:
            if not claimed:
                self._gate.give_back(turn)
        if not claimed:
            return
        announcement = work.known[delivery.announcement]
        nonce = nonce_of(self._instance, delivery)
        attempt = Attempt(self._gate, self._ledger, delivery, announcement, channel, nonce, turn)
        work.busy.add(delivery.target)
        task = under_way.create_task(self._make(work, attempt, delivery))
        work.tasks.add(task)
        task.add_done_callback(lambda done: _is_over(work, done))

    async def _make(self, work: _LaneWork, attempt: Attempt, delivery: Delivery) -> None:
        try:
            await attempt.make()
        except StorageError as failure:
            _log.info("What became of %s is not written down: %s", delivery.key, failure)
            self._ledger.again(delivery, doubtful=True)
        except Exception:  # noqa: BLE001 - one delivery must not stop the others
            _log.exception("Delivering %s failed in the bot itself", delivery.key)
            self._ledger.again(delivery, doubtful=True)
        finally:
            work.busy.discard(delivery.target)

    async def _channel_of(self, delivery: Delivery) -> int | None:
        """Where a delivery goes; `None` if that is not known, and the delivery was settled."""
        person = delivery.target.id
        if delivery.target.lane is Lane.CHANNEL:
            return person
        async with self._database.read() as tx:
            channel = await wishes.conversation(tx, person)
        if channel is not None:
            return channel
        await self._conversations.take()
        answer = await self._gate.ask(lambda sender: sender.open_conversation(person))
        if answer is NOT_ASKED:
            raise NotNowError
        if isinstance(answer, Done):
            async with self._database.write() as tx:
                await wishes.remember_conversation(tx, person, answer.id)
            return answer.id
        silent = self._gate.is_silent
        await self._ledger.refused(delivery, answer, doubtful=delivery.doubtful, silent=silent)
        await self._ledger.flush()
        return None


def _is_over(work: _LaneWork, task: "asyncio.Task[None]") -> None:
    work.tasks.discard(task)
    work.changed.set()
