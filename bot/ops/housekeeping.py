"""What is deleted in time: what is too old, and the data of servers that removed the bot."""

import logging
from collections.abc import Awaitable, Callable

from bot.domain.departures import Presence
from bot.domain.retention import Pruned, cutoffs, in_words
from bot.ops.rounds import Duty
from bot.services.departures import Departures
from bot.services.moments import Clock, utc_now
from bot.storage import Database, forgetting

_log = logging.getLogger(__name__)

_A_DAY = 86_400.0
_DUTY = 0xCA5E0D15


class Housekeeping:
    """Deletes once a day what `docs/privacy.md` says is not kept for ever."""

    def __init__(
        self,
        database: Database,
        departures: Departures,
        connected: Callable[[], Awaitable[object]],
        presence: Callable[[], Presence],
        now: Clock = utc_now,
    ) -> None:
        """Take what it works on.

        Args:
            database: where everything is kept.
            departures: knows which servers are gone.
            connected: waits until every shard of this process was ready once.
            presence: gives which servers are there at the moment.
            now: the clock.
        """
        self._database = database
        self._departures = departures
        self._connected = connected
        self._presence = presence
        self._now = now

    def duties(self) -> list[Duty]:
        """What to do once a day, and at each start."""
        return [
            Duty("Deleting what is too old", _A_DAY, self.prune),
            Duty("Deleting the data of servers that are gone", _A_DAY, self.delete_gone),
        ]

    async def prune(self) -> None:
        """Delete what is too old; of several processes one does it at a time."""
        async with self._database.alone(_DUTY) as alone:
            if not alone:
                return
            async with self._database.write() as tx:
                pruned = await forgetting.prune(tx, cutoffs(self._now()))
        if pruned != Pruned():
            _log.info("Too old and deleted: %s", in_words(pruned))

    async def delete_gone(self) -> None:
        """See which of this process's servers are gone, and delete what is kept long enough.

        Each server belongs to one process, so that the one which would know that a server came
        back is the one that deletes.
        """
        await self._connected()
        await self._departures.take_stock(self._presence)
        deleted = await self._departures.delete_due(self._presence)
        for departure, found in deleted.items():
            _log.info(
                "Server %d is gone since %s; its data is deleted: %s",
                departure.guild,
                departure.since.date(),
                in_words(found),
            )
