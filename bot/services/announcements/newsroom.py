"""Everything that announcing works with, on one database and one catalogue."""

from dataclasses import dataclass

from bot.services.announcements.outbox import Outbox
from bot.services.announcements.proposals import Proposals
from bot.services.announcements.publishing import Announcements
from bot.services.catalogue import Catalogue
from bot.services.checkup import Checkup
from bot.services.curation.access import Access
from bot.services.subscriptions import Subscriptions
from bot.storage import Database


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The services of announcing. The Discord client starts and stops the outbox."""

    catalogue: Catalogue
    access: Access
    announcements: Announcements
    proposals: Proposals
    subscriptions: Subscriptions
    outbox: Outbox
    checkup: Checkup

    @classmethod
    def on(
        cls, database: Database, catalogue: Catalogue, curator_guild: int | None, rate: float
    ) -> "Newsroom":
        """The services on a database.

        Args:
            database: where everything is kept.
            catalogue: the same cases in memory.
            curator_guild: the server whose editors keep the public catalogue, if there is one.
            rate: messages a second.
        """
        subscriptions = Subscriptions(database)
        outbox = Outbox(database, rate, after=subscriptions.learn_of_closed)
        access = Access(database, curator_guild)
        published = Announcements(database, outbox.kick)
        return cls(
            catalogue=catalogue,
            access=access,
            announcements=published,
            proposals=Proposals(database, published, access),
            subscriptions=subscriptions,
            outbox=outbox,
            checkup=Checkup(database),
        )
