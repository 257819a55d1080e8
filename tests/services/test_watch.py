"""What another process commits is known after the next look."""

import pytest

from bot.domain.records import PUBLIC
from bot.services.catalogue import Catalogue
from bot.services.watch import Watch
from bot.storage import Database
from tests.announcements.world import news, publish, store, subscribe
from tests.services.conftest import CURATORS, Desk, manager


class Other:
    """A second process on the same database, with its own memory."""

    def __init__(self, desk: Desk, database: Database, catalogue: Catalogue) -> None:
        self.desk = desk
        self.kicks = 0
        self.catalogue = catalogue
        self.database = database
        self.watch = Watch(database, catalogue, self.kick)

    def kick(self) -> None:
        self.kicks += 1


@pytest.fixture
async def other(desk, database_url):
    database = await Database.open(database_url)
    made = Other(desk, database, await Catalogue.load(database))
    await made.watch.look()
    made.kicks = 0
    yield made
    await database.close()


async def test_nothing_new_moves_nothing(other):
    revision = other.catalogue.revision
    await other.watch.look()
    assert (other.kicks, other.catalogue.revision) == (0, revision)


async def test_cases_removals_and_hidden_cases_follow(other, desk):
    case_id = await desk.put()
    await other.watch.look()
    assert other.catalogue.get(case_id, PUBLIC) == desk.catalogue.get(case_id, PUBLIC)
    await desk.records.add_alias(manager(), case_id, "Another name")
    await desk.servers.hide(manager(), case_id)
    await other.watch.look()
    assert other.catalogue.get(case_id, CURATORS) is None
    assert "Another name" in other.catalogue.get(case_id, PUBLIC).case().aliases
    await desk.servers.show(manager(), case_id)
    await desk.records.remove(manager(), case_id, "Gone")
    await other.watch.look()
    assert other.catalogue.hidden(CURATORS) == frozenset()
    assert other.catalogue.get(case_id, PUBLIC) is None
    assert other.catalogue.withdrawn(case_id, PUBLIC) is not None
    assert other.kicks == 0
    other_desk = Desk(other.database, other.catalogue)
    assert await other_desk.agrees()


async def test_a_publication_wakes_the_outbox(other, database):
    await store(database, news())
    await subscribe(database, [100])
    await other.watch.look()
    assert other.kicks == 0
    await publish(database, news())
    await other.watch.look()
    assert other.kicks == 1
    await publish(database, news())  # the same again is nothing new
    await other.watch.look()
    assert other.kicks == 1


async def test_what_a_process_hides_itself_is_not_undone_by_an_older_reading(desk, monkeypatch):
    case_id = await desk.put()
    second = await desk.put(slug="second")
    from bot.services import catalogue as module  # noqa: PLC0415

    read = module.servers.hidden

    async def read_and_hide_meanwhile(tx):
        found = await read(tx)
        monkeypatch.setattr(module.servers, "hidden", read)
        await desk.servers.hide(manager(), second)
        return found

    await desk.servers.hide(manager(), case_id)
    monkeypatch.setattr(module.servers, "hidden", read_and_hide_meanwhile)
    await desk.catalogue.refresh(desk.database)
    assert desk.catalogue.hidden(CURATORS) == {case_id, second}
    await desk.catalogue.refresh(desk.database)
    assert desk.catalogue.hidden(CURATORS) == {case_id, second}
