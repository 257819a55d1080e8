"""Servers that removed the bot: noticed, kept for a while, and then deleted."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from bot.domain.departures import KEPT_FOR, Departure, Presence, absent, removed
from bot.domain.retention import ServerData
from bot.services.curation.ledger import Ledger, Writing
from bot.storage import Database, departures, forgetting

_log = logging.getLogger(__name__)


class Departures:
    """Notes who is gone, by the rules of `bot.domain.departures`, and deletes their data in time.

    An outage is no departure: Discord still names the server then, or says nothing of it.
    """

    def __init__(self, database: Database, ledger: Ledger) -> None:
        """Make the service.

        Args:
            database: where departures are kept.
            ledger: through which a server's cases are deleted; it has the clock too.
        """
        self._database = database
        self._ledger = ledger
        self._gone: frozenset[int] = frozenset()
        self._has_counted = False
        self._turn = asyncio.Lock()  # what Discord says while stock is taken comes after it

    def is_gone(self, guild: int) -> bool:
        """Whether a server is known to be gone, or seems to be; asked at every command."""
        return guild in self._gone

    async def removed(self, guild: int) -> None:
        """Discord said that a server removed the bot."""
        async with self._turn, self._database.write() as tx:
            self._gone |= {guild}
            known = await departures.get(tx, guild)
            await departures.put(tx, [removed(known, guild, self._ledger.now())])
        _log.info(
            "Server %d removed the bot; unless it comes back, what is kept for it is deleted in "
            "%d days",
            guild,
            KEPT_FOR.days,
        )

    async def returned(self, guild: int) -> None:
        """A server is there (again): nothing of it is deleted."""
        async with self._turn:
            async with self._database.write() as tx:
                await departures.remove(tx, [guild])
            self._gone -= {guild}
        _log_stock([guild], [])

    async def take_stock(self, presence: Callable[[], Presence]) -> None:
        """Compare what is kept with which servers are there.

        The first time in a process counts as a full start: what is kept for a server that is not
        there has then been absent once more. Those that are there are not gone.

        Args:
            presence: gives which servers are there at the moment, once all shards are ready.
        """
        async with self._turn:
            there = presence()
            async with self._database.read() as tx:
                kept = frozenset[int]()
                if not self._has_counted:
                    kept = await departures.servers_with_data(tx)
            async with self._database.write() as tx:
                known = await departures.every(tx)
                back = known.keys() & there.guilds
                await departures.remove(tx, back)
                found = [] if self._has_counted else self._missing(there, kept, known)
                await departures.put(tx, found)
            self._has_counted = True
            self._gone = frozenset({*known, *(each.guild for each in found)} - back)
        _log_stock(back, found)

    def _missing(
        self, there: Presence, kept: frozenset[int], known: dict[int, Departure]
    ) -> list[Departure]:
        now = self._ledger.now()
        missing = sorted(filter(there.lacks, kept | known.keys()))
        return [absent(known.get(guild), guild, now) for guild in missing]

    async def delete_due(self, presence: Callable[[], Presence]) -> dict[Departure, ServerData]:
        """Delete the data of this process's servers that are gone for long enough.

        Args:
            presence: gives which servers are there at the moment.

        Returns:
            For each of them, what there was.
        """
        async with self._database.read() as tx:
            known = await departures.every(tx)
        deleted: dict[Departure, ServerData] = {}
        for departure in known.values():
            if departure.is_due(self._ledger.now()) and presence().lacks(departure.guild):
                found = await self._delete_if_due(departure.guild)
                if found is not None:
                    deleted[departure] = found
        return deleted

    async def data_of(self, guild: int) -> ServerData:
        """How much is kept for a server."""
        async with self._database.read() as tx:
            return await forgetting.server_data(tx, guild)

    async def forget(self, guild: int) -> ServerData:
        """Delete at once what is kept for a server, in one transaction; whether it is gone or not.

        Returns:
            What there was.
        """
        found = await self._ledger.change(lambda writing: _delete(writing, guild))
        self._gone -= {guild}
        return found

    async def _delete_if_due(self, guild: int) -> ServerData | None:
        """Delete, unless the server came back in this very moment."""

        async def work(writing: Writing) -> ServerData | None:
            known = await departures.get(writing.tx, guild)
            if known is None or not known.is_due(writing.now):
                return None
            return await _delete(writing, guild)

        found = await self._ledger.change(work)
        if found is not None:
            self._gone -= {guild}
        return found


async def _delete(writing: Writing, guild: int) -> ServerData:
    found = await writing.forget(guild)
    await departures.remove(writing.tx, [guild])
    return found


def _log_stock(back: Iterable[int], found: Iterable[Departure]) -> None:
    for guild in back:
        _log.info("Server %d is there again; what is kept for it stays", guild)
    for each in found:
        _log.info(
            "Server %d is not there%s",
            each.guild,
            f"; gone since {each.since.date()}" if each.is_certain else ", for the first time",
        )
