"""Everything that editors work with, on one database and one catalogue."""

from dataclasses import dataclass

from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.choices import Choices
from bot.services.curation.drafting import Drafting
from bot.services.curation.exchange import Exchange
from bot.services.curation.ledger import Ledger
from bot.services.curation.records import Records
from bot.services.curation.servers import Servers
from bot.services.curation.suggestions import Suggestions
from bot.services.curation.updates import ShippedUpdates
from bot.services.departures import Departures
from bot.services.moments import Clock, utc_now
from bot.services.privacy import Privacy
from bot.storage import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of curation. Call `ledger.close` before the database is closed."""

    catalogue: Catalogue
    access: Access
    ledger: Ledger
    drafting: Drafting
    records: Records
    exchange: Exchange
    updates: ShippedUpdates
    servers: Servers
    suggestions: Suggestions
    choices: Choices
    departures: Departures
    privacy: Privacy

    @classmethod
    def on(
        cls,
        database: Database,
        catalogue: Catalogue,
        curator_guild: int | None,
        now: Clock = utc_now,
    ) -> "Desk":
        """The services on a database.

        Args:
            database: where everything is kept.
            catalogue: the same cases in memory.
            curator_guild: the server whose editors keep the public catalogue, if there is one.
            now: the clock.
        """
        access = Access(database, curator_guild)
        ledger = Ledger(database, catalogue, now)
        return cls(
            catalogue=catalogue,
            access=access,
            ledger=ledger,
            drafting=Drafting(database, catalogue, ledger, access),
            records=Records(database, ledger, access),
            exchange=Exchange(database, catalogue, ledger, access),
            updates=ShippedUpdates(database, ledger, access),
            servers=Servers(database, catalogue, access, now),
            suggestions=Suggestions(database, catalogue, access, now),
            choices=Choices(catalogue, access),
            departures=Departures(database, ledger),
            privacy=Privacy(database),
        )
