import datetime as dt
import itertools
from dataclasses import dataclass, field

import pytest

from bot.domain.permissions import Actor
from bot.domain.records import Record, new_id, to_document
from bot.domain.revisions import Author, ChangeKind, Revision
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.drafting import Drafting
from bot.services.curation.exchange import Exchange
from bot.services.curation.ledger import Ledger
from bot.services.curation.records import Records
from bot.services.curation.servers import Servers
from bot.services.curation.suggestions import Suggestions
from bot.services.curation.updates import ShippedUpdates
from bot.services.departures import Departures
from bot.storage import Database, cases
from bot.storage.cases import Change, StoredCase
from tests.databases import database, database_url, engine, postgresql
from tests.samples import case

__all__ = ["database", "database_url", "engine", "postgresql"]

CURATORS, OTHERS = 500, 600
"""The curator server, and another one."""


@dataclass
class TheClock:
    """Goes on a second with each look, so that moments differ; tests may move it."""

    moment: dt.datetime = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.moment += dt.timedelta(seconds=1)
        return self.moment


@dataclass
class Desk:
    """All services on one database."""

    database: Database
    catalogue: Catalogue
    curators: int | None = CURATORS
    now: TheClock = field(default_factory=TheClock)

    def __post_init__(self):
        self.access = Access(self.database, self.curators)
        self.ledger = Ledger(self.database, self.catalogue, self.now)
        self.drafting = Drafting(self.database, self.catalogue, self.ledger, self.access)
        self.records = Records(self.database, self.ledger, self.access)
        self.exchange = Exchange(self.database, self.catalogue, self.ledger, self.access)
        self.updates = ShippedUpdates(self.database, self.ledger, self.access)
        self.servers = Servers(self.database, self.catalogue, self.access, self.now)
        self.suggestions = Suggestions(self.database, self.catalogue, self.access, self.now)
        self.departures = Departures(self.database, self.ledger)

    async def put(self, scope: int = 0, slug: str = "ling-v-qiao", **changes) -> str:
        """A published case; its id."""
        record = Record(new_id(), scope, 1, to_document(case(slug, **changes)))
        change = Change(StoredCase(record, slug), ChangeKind.ADDED)

        async def work(writing):
            await writing.record([change], Author(), "")

        await self.ledger.change(work)
        return record.id

    async def stored(self, case_id: str) -> StoredCase | None:
        async with self.database.read() as tx:
            return await cases.get(tx, case_id)

    async def revisions(self, case_id: str):
        async with self.database.read() as tx:
            return await cases.history(tx, case_id, skip=0, limit=1000)

    async def agrees(self) -> bool:
        """Whether memory is what a new process would load, and histories have no holes."""
        loaded = await Catalogue.load(self.database)
        there, here = loaded._state, self.catalogue._state
        assert there.records == here.records
        assert there.withdrawn == here.withdrawn
        assert there.ids == here.ids
        assert {s: n for s, n in there.counts.items() if n} == {
            s: n for s, n in here.counts.items() if n
        }
        assert len(loaded.index) == len(self.catalogue.index)
        async with self.database.read() as tx:
            stored = await cases.load_all(tx)
            every = await cases._revisions(tx)
        histories: dict[str, list[Revision]] = {}
        for revision in reversed(every):
            histories.setdefault(revision.case_id, []).append(revision)
        assert histories.keys() == {each.record.id for each in stored}
        for each in stored:
            made = histories[each.record.id]
            assert [r.number for r in made] == list(range(1, each.record.revision + 1))
            assert made[0].before is None
            for earlier, later in itertools.pairwise(made):
                assert later.before == earlier.after
                assert later.changed_in > earlier.changed_in
            assert made[-1].after == (None if each.withdrawn else each.record.document)
            each.record.case()
        return True


@pytest.fixture
async def desk(database):
    made = Desk(database, await Catalogue.load(database))
    yield made
    await made.ledger.close()


def manager(guild: int = CURATORS, person: int = 1) -> Actor:
    """Somebody with *Manage Server*."""
    return Actor(person, guild, manages_server=True)


def member(guild: int = CURATORS, person: int = 3, *roles: int) -> Actor:
    return Actor(person, guild, roles=frozenset(roles))
