"""What a process learns of the others that work on the same database."""

from collections.abc import Callable

from bot.services.catalogue import Catalogue
from bot.storage import Database, StorageError, counters


class Watch:
    """Notices what other processes committed, by numbers that each of their commits moves.

    Two things are kept in memory and follow from here: the catalogue, with what servers hide, and
    that there is something to announce. Whose direct messages are closed is learnt by the outbox
    itself each time it looks for work. Everything else is read from the database when it is asked
    for.
    """

    def __init__(self, database: Database, catalogue: Catalogue, kick: Callable[[], None]) -> None:
        """Make a watch that has seen nothing yet.

        Args:
            database: what is watched.
            catalogue: takes changes in.
            kick: wakes the outbox.
        """
        self._database = database
        self._catalogue = catalogue
        self._kick = kick
        self._seen: dict[str, int] = {}

    async def look(self) -> None:
        """Look once: one small read where nothing is new.

        Raises:
            StorageError: if the database cannot be asked; the next look takes everything in.
        """
        try:
            async with self._database.read() as tx:
                there = await counters.values(tx)
            if self._moved(there, counters.CATALOGUE):
                await self._catalogue.refresh(self._database)
            if self._moved(there, counters.OUTBOX):
                self._kick()
        except StorageError:
            self._seen = {}
            raise
        self._seen = there

    def _moved(self, there: dict[str, int], name: str) -> bool:
        return not self._seen or there.get(name) != self._seen.get(name)
