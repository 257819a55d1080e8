"""Publishing: writing what is announced and for whom, in the transaction that it tells of."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.announcements import (
    UNDO_WITHIN,
    News,
    NewsKind,
    corrected,
    same_decision,
)
from bot.domain.case import Case
from bot.domain.deliveries import (
    SAID_WITHDRAWN,
    Announcement,
    Change,
    Failure,
    Reach,
    Tally,
)
from bot.domain.records import PUBLIC
from bot.domain.revisions import Author
from bot.services.moments import utc_now
from bot.storage import Database, Transaction, announcements, cases, deliveries
from bot.storage.cases import Change as RecordChange

_FAILURES_SHOWN = 20
_FAILURES_KEPT = dt.timedelta(days=30)
_UNSAID = "taken-back"
"""No result: what was said of it was taken back, so that it is to be said again."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing led to."""

    announcement: Announcement
    new: bool
    """Whether it was published now; pressing the button again does nothing."""
    deliveries: int
    """How many targets get it."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an announcement back led to."""

    announcement: Announcement
    stopped: int
    """How many messages were not sent."""
    too_late: bool = False
    """Whether the five minutes are over; then nothing was done."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an announcement has come."""

    announcement: Announcement
    tally: Tally


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What a server was sent, and what not."""

    tally: Tally
    failures: tuple[Failure, ...]


class Announcements:
    """Publishes, corrects and takes back. It writes; the outbox, which it wakes, delivers."""

    def __init__(self, database: Database, kick: Callable[[], None]) -> None:
        """Make the service.

        Args:
            database: where announcements are.
            kick: wakes the outbox.
        """
        self._database = database
        self.kick = kick

    # In the transaction of the change

    async def plan(self, tx: Transaction, news: News, author: Author, at: dt.datetime) -> Published:
        """Write an announcement and a delivery for each matching subscription.

        The same change of the same case is announced once, however often this is called. Call
        `kick` after the commit.

        Args:
            tx: the transaction that makes the change.
            news: of one of the kinds in `POSTED`.
            author: who publishes, and where.
            at: when, with a time zone.
        """
        announcement, new = await announcements.insert(tx, news, author, at)
        count = await announcements.deliver_to_subscribers(tx, announcement, at) if new else 0
        return Published(announcement, new, count)

    async def correct(
        self,
        tx: Transaction,
        case_id: str,
        revision: int,
        after: Case,
        *,
        reason: str,
        at: dt.datetime,
    ) -> list[Announcement]:
        """Let what was announced of a case say what the record says now.

        Messages already posted are edited; a ruling that is no longer in the record is withdrawn,
        and stands again when it is back. Nobody gets a new message of it: `Proposals` offers that
        to the editor. Call `kick` after the commit.

        Returns:
            The announcements that say something else now.
        """
        changed: list[Announcement] = []
        for told in await announcements.of_case(tx, case_id):
            now = corrected(told.news, after, revision)
            if told.change is Change.TAKEN_BACK or not _has_to_change(told, now):
                continue
            if now is None or told.news.kind is NewsKind.WITHDRAWAL:
                await self.withdraw(tx, told.number, reason=reason, at=at)
            else:
                change = Change.CORRECTED
                await announcements.revise(tx, told.number, now, change, reason=reason, at=at)
            changed.append(told)
        return changed

    async def follow(
        self,
        tx: Transaction,
        changes: Sequence[RecordChange],
        reason: str,
        at: dt.datetime,
    ) -> None:
        """Let what was announced say what changed records say; a removed case is withdrawn.

        To be called in the transaction of the changes, with all of them.
        """
        changed = {change.after.record.id: change.after for change in changes if change.before}
        for case_id in await announcements.announced_among(tx, changed):
            after = changed[case_id]
            if after.withdrawn:
                for told in await announcements.of_case(tx, case_id):
                    if told.news.kind is not NewsKind.WITHDRAWAL:
                        await self.withdraw(tx, told.number, reason=reason, at=at)
                continue
            record = after.record
            await self.correct(tx, case_id, record.revision, record.case(), reason=reason, at=at)

    async def tell_again(
        self,
        tx: Transaction,
        news: News,
        told: Sequence[int],
        author: Author,
        at: dt.datetime,
        *,
        reason: str = "",
    ) -> Published:
        """Write a correction or a withdrawal for those who got certain announcements.

        Args:
            tx: the transaction.
            news: what they are told now.
            told: the numbers of what they were told, which this puts right.
            author: who publishes, and where.
            at: when, with a time zone.
            reason: why it is withdrawn.
        """
        announcement, new = await announcements.insert(
            tx, news, author, at, corrects=told[0], reason=reason
        )
        if not new:
            return Published(announcement, new=False, deliveries=0)
        count = await announcements.deliver_to_those_told(tx, announcement, told, at)
        said = SAID_WITHDRAWN if news.kind is NewsKind.WITHDRAWAL else news.result
        await announcements.note_said(tx, told, said)
        return Published(announcement, new=True, deliveries=count)

    async def withdraw(
        self,
        tx: Transaction,
        number: int,
        *,
        reason: str,
        at: dt.datetime,
        change: Change = Change.WITHDRAWN,
    ) -> int:
        """Let an announcement stand no longer: what has not gone does not go, the rest is struck.

        Call `kick` after the commit.

        Returns:
            How many messages will not be sent.
        """
        told = await announcements.get(tx, number)
        if told is None or told.is_withdrawn:
            return 0
        await announcements.revise(tx, number, told.news, change, reason=reason, at=at)
        return await deliveries.stop(tx, number, at)

    # On its own

    async def publish(self, news: News, author: Author) -> Published:
        """`plan` in a transaction of its own."""
        async with self._database.write() as tx:
            published = await self.plan(tx, news, author, utc_now())
        self.kick()
        return published

    async def undo(self, number: int, *, reason: str) -> Undone | None:
        """Take back what was published by mistake, within five minutes.

        Returns:
            `None` if there is no such announcement.
        """
        now = utc_now()
        async with self._database.write() as tx:
            told = await announcements.get(tx, number)
            if told is None:
                return None
            if now - told.made_at > UNDO_WITHIN:
                return Undone(told, 0, too_late=True)
            change = Change.TAKEN_BACK
            stopped = await self.withdraw(tx, number, reason=reason, at=now, change=change)
            if not told.is_withdrawn:
                await announcements.free_key(tx, number)
                if told.corrects is not None:
                    await announcements.note_said(tx, [told.corrects], _UNSAID)
        self.kick()
        return Undone(told, stopped)

    async def reach(self, news: News) -> Reach:
        """How many would get some news now."""
        async with self._database.read() as tx:
            return await announcements.reach(tx, news)

    async def get(self, number: int) -> Announcement | None:
        """The announcement with a number, as it reads now."""
        async with self._database.read() as tx:
            return await announcements.get(tx, number)

    async def progress(self, number: int) -> Progress | None:
        """How far an announcement has come."""
        async with self._database.read() as tx:
            announcement = await announcements.get(tx, number)
            if announcement is None:
                return None
            return Progress(announcement, await deliveries.tally(tx, number=number))

    async def status(self, guild: int) -> ServerStatus:
        """What a server was sent, what waits, and what failed in the last 30 days."""
        async with self._database.read() as tx:
            failed = await deliveries.failures(
                tx, guild, since=utc_now() - _FAILURES_KEPT, limit=_FAILURES_SHOWN
            )
            return ServerStatus(await deliveries.tally(tx, guild=guild), tuple(failed))

    async def unannounced(self, since: dt.date) -> list[News]:
        """The rulings of the public catalogue since a day that were never announced, oldest first.

        Args:
            since: the first day on which they may have been decided.
        """
        async with self._database.read() as tx:
            stored = await cases.in_scope(tx, PUBLIC)
            announced = await announcements.announced_rulings(tx)
        found = [
            (ruling.decided_on.earliest, record, case, place)
            for record, case in ((s.record, s.record.case()) for s in stored if not s.withdrawn)
            for place, ruling in enumerate(case.rulings)
            if ruling.decided_on is not None
            and ruling.decided_on.earliest >= since
            and not any(same_decision(ruling, told) for told in announced.get(record.id, ()))
        ]
        found.sort(key=lambda entry: (entry[0], entry[1].id, entry[3]))
        return [
            News(
                NewsKind.NEW_CASE if len(case.rulings) == 1 else NewsKind.NEW_RULING,
                record.id,
                record.scope,
                record.revision,
                case,
                place,
            )
            for _, record, case, place in found
        ]

    async def publish_all(self, news: Sequence[News], author: Author) -> list[Published]:
        """Publish several things in one transaction; the last one is delivered first."""
        now = utc_now()
        async with self._database.write() as tx:
            published = [await self.plan(tx, each, author, now) for each in news]
        self.kick()
        return published


def _has_to_change(told: Announcement, now: News | None) -> bool:
    """Whether the messages of an announcement are to be edited.

    Args:
        told: the announcement.
        now: what it should say; `None` if what it told is gone.
    """
    gone = told.change is Change.WITHDRAWN
    if told.news.kind is NewsKind.WITHDRAWAL:
        # What says that something no longer stands is itself wrong once it stands again.
        return now is not None and not gone
    if now is None or gone:
        return (now is None) != gone
    return now.told != told.news.told
