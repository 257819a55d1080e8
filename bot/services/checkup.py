"""What an examination reads of servers: what they subscribed to, and what is in doubt."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from bot.domain.deliveries import Subscription, SubscriptionState
from bot.services.moments import Clock, utc_now
from bot.storage import Database, figures
from bot.storage import subscriptions as wishes

_LOOKED_BACK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ServerRecords:
    """What the database has of a server."""

    subscriptions: tuple[Subscription, ...] = ()
    unconfirmed: int = 0
    """Deliveries of the last seven days of which nobody knows whether they arrived."""


class Checkup:
    """Reads the records; changes nothing."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def of_guild(self, guild: int) -> ServerRecords:
        """What there is of one server."""
        since = self._now() - _LOOKED_BACK
        async with self._database.read() as tx:
            subscriptions = await wishes.of_guild(tx, guild)
            lost = await figures.unconfirmed(tx, since, guild)
        return ServerRecords(tuple(subscriptions), lost.get(guild, 0))

    async def of_all(self) -> dict[int, ServerRecords]:
        """What there is of each server to which something is, or was to be, announced.

        Servers all of whose subscriptions somebody paused, or that removed the bot, are left out.
        """
        since = self._now() - _LOOKED_BACK
        async with self._database.read() as tx:
            subscriptions = await wishes.of_all_guilds(tx)
            lost = await figures.unconfirmed(tx, since)
        by_guild: defaultdict[int, list[Subscription]] = defaultdict(list)
        for one in subscriptions:
            by_guild[one.target.guild].append(one)
        return {
            guild: ServerRecords(tuple(there), lost.get(guild, 0))
            for guild, there in by_guild.items()
            if any(one.state is not SubscriptionState.PAUSED for one in there)
        }
