"""What channels and members want to hear of: made, paused, resumed and ended."""

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.domain.announcements import Lane, Target, Wish, may_hear
from bot.domain.deliveries import Announcement, Subscription, SubscriptionState
from bot.services.moments import Clock, utc_now
from bot.storage import Database, Transaction, announcements, deliveries
from bot.storage import subscriptions as wishes

MOST_OF_A_SERVER = 100
MOST_OF_A_MEMBER = 100
_MISSED_READ = 200


class TooManyError(Exception):
    """A server or a member has as many subscriptions as one may have."""


class Subscriptions:
    """Keeps the wishes. A new one hears nothing of the past."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        """Make the service.

        Args:
            database: where the wishes are.
            now: gives the moment.
        """
        self._database = database
        self._now = now
        self._closed: frozenset[int] = frozenset()

    async def subscribe(
        self, target: Target, wish: Wish, *, person: int, role: int = 0
    ) -> Subscription:
        """Make a subscription; the same wish again changes its role and resumes it.

        Raises:
            TooManyError: if the server or the member has too many.
        """
        async with self._database.write() as tx:
            if target.lane is Lane.CHANNEL:
                there, most = await wishes.of_guild(tx, target.guild), MOST_OF_A_SERVER
            else:
                there, most = await wishes.of_target(tx, target), MOST_OF_A_MEMBER
            known = any(one.target.id == target.id and one.wish == wish for one in there)
            if not known and len(there) >= most:
                raise TooManyError
            return await wishes.put(tx, target, wish, role=role, person=person, at=self._now())

    async def of_guild(self, guild: int) -> list[Subscription]:
        """A server's subscriptions, in the order they were made."""
        async with self._database.read() as tx:
            return await wishes.of_guild(tx, guild)

    async def of_member(self, person: int) -> list[Subscription]:
        """What somebody follows, in the order they began to."""
        async with self._database.read() as tx:
            return await wishes.of_target(tx, Target(Lane.MEMBER, person))

    async def pause(self, numbers: Iterable[int], owner: Target) -> list[Subscription]:
        """Pause subscriptions; what has not gone to them does not go.

        Args:
            numbers: the subscriptions.
            owner: whose they have to be; others are left alone.

        Returns:
            Those that were paused.
        """
        async with self._database.write() as tx:
            chosen = await _owned(tx, numbers, owner)
            await wishes.pause(tx, (one.number for one in chosen), self._now())
            await self._take_back(tx, chosen)
        return chosen

    async def resume(self, numbers: Iterable[int], owner: Target) -> list[Subscription]:
        """Let subscriptions hear of what comes from now on.

        Args:
            numbers: the subscriptions.
            owner: whose they have to be.

        Returns:
            Those that were resumed, as they were, with the moment since when they were paused.
        """
        async with self._database.write() as tx:
            chosen = await _owned(tx, numbers, owner)
            await wishes.resume(tx, (one.number for one in chosen))
        return [one for one in chosen if one.state is not SubscriptionState.ACTIVE]

    async def end(self, numbers: Iterable[int], owner: Target) -> list[Subscription]:
        """Forget subscriptions; what has not gone to them does not go.

        Args:
            numbers: the subscriptions.
            owner: whose they have to be.

        Returns:
            Those that were ended.
        """
        async with self._database.write() as tx:
            chosen = await _owned(tx, numbers, owner)
            await wishes.remove(tx, (one.number for one in chosen))
            await self._take_back(tx, chosen)
        return chosen

    async def wanting(self, target: Target, announcement: Announcement) -> list[Subscription]:
        """The subscriptions of a target because of which it got an announcement."""
        async with self._database.read() as tx:
            there = await wishes.of_target(tx, target)
        return [one for one in there if one.wish.wants(announcement.news)]

    async def missed(
        self, wanted: Sequence[Subscription], since: dt.datetime
    ) -> list[Announcement]:
        """What was announced since a moment and any of these wanted, newest first."""
        async with self._database.read() as tx:
            told = await announcements.made_since(tx, since, limit=_MISSED_READ)
        return [
            each
            for each in told
            if any(may_hear(one.target, each.news) and one.wish.wants(each.news) for one in wanted)
        ]

    async def latest_for(self, wanted: Sequence[Subscription]) -> Announcement | None:
        """The newest announcement that any of these would have got."""
        beginning = dt.datetime.fromtimestamp(0, dt.UTC)
        found = await self.missed(wanted, beginning)
        return found[0] if found else None

    async def leave(self, guild: int) -> None:
        """A server removed the bot: nothing more goes there."""
        async with self._database.write() as tx:
            await wishes.leave_guild(tx, guild, self._now())
            await deliveries.stop_for_guild(tx, guild, self._now())

    async def learn_of_closed(self) -> None:
        """Learn whose direct messages were found closed, to tell them when they use the bot."""
        async with self._database.read() as tx:
            self._closed = await wishes.untold_people(tx)

    async def broken_off(self, person: int) -> list[Subscription]:
        """What somebody follows and could not be told of; they count as told of it now.

        It reads nothing for everybody else.
        """
        if person not in self._closed:
            return []
        self._closed -= {person}
        async with self._database.write() as tx:
            broken = await wishes.untold_of(tx, person)
            await wishes.mark_told(tx, (one.number for one in broken))
        return broken

    async def _take_back(self, tx: Transaction, ended: Sequence[Subscription]) -> None:
        """Stop what waits for targets that no longer want it; drop the roles that go with it."""
        for target in {one.target for one in ended}:
            waiting = await deliveries.waiting_for(tx, target)
            if not waiting:
                continue
            known = await deliveries.announcements_of(tx, waiting)
            left = [
                one
                for one in await wishes.of_target(tx, target)
                if one.state is SubscriptionState.ACTIVE
            ]
            for delivery in waiting:
                news = known[delivery.announcement].news
                still = [one for one in left if one.wish.wants(news)]
                if still:
                    roles = {one.role for one in still} & set(delivery.roles)
                    await deliveries.set_roles(tx, delivery, sorted(roles))
                elif not delivery.doubtful:
                    await deliveries.stop_one(tx, delivery, self._now())


async def _owned(tx: Transaction, numbers: Iterable[int], owner: Target) -> list[Subscription]:
    """The subscriptions with these numbers that are the owner's: a server's, or a member's."""
    if owner.lane is Lane.MEMBER:
        there = await wishes.of_target(tx, owner)
    else:
        there = await wishes.of_guild(tx, owner.guild)
    chosen = set(numbers)
    return [one for one in there if one.number in chosen]
