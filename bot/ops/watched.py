"""A running bot, seen from outside."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.health import ChatVitals, Vitals
from bot.domain.records import PUBLIC
from bot.ops.loop_watch import LoopWatch
from bot.ops.reading import Reading
from bot.services.announcements.outbox import Outbox
from bot.services.catalogue import Catalogue
from bot.services.lookup_tally import LookupTally


@dataclass(slots=True)
class Watched:
    """The parts that tell how a bot is.

    Attributes:
        reading: what its database says.
        catalogue: what it answers from.
        lookups: what it was asked.
        outbox: what it announces.
        chat: asks its Discord client how that is.
        backup_age: asks how old the newest backup is, in seconds; `None` if there is none.
        loop: how late its event loop is.
        seconds: the time; it never goes back.
    """

    reading: Reading
    catalogue: Catalogue
    lookups: LookupTally
    outbox: Outbox
    chat: Callable[[], ChatVitals]
    backup_age: Callable[[], float | None] = lambda: None
    loop: LoopWatch = field(default_factory=LoopWatch)
    seconds: Callable[[], float] = time.monotonic
    _behind_since: float | None = None

    async def refresh(self) -> None:
        """Ask the database, unless that was done a moment ago."""
        await self.reading.refresh()
        stored = self.reading.stored
        if stored is None or stored.revision <= self.catalogue.revision:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = self.seconds()

    def vitals(self) -> Vitals:
        """How it is now, as far as the database was asked."""
        since = self._behind_since
        return Vitals(
            loop_late=self.loop.worst,
            chat=self.chat(),
            announcer=self.outbox.state,
            halted=self.outbox.halted,
            trouble=self.reading.trouble,
            cases=self.catalogue.count(PUBLIC),
            behind=0.0 if since is None else self.seconds() - since,
        )
