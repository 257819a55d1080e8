import asyncio
import datetime as dt

import pytest

from bot.domain.records import PUBLIC, Record, new_id, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.search import build
from bot.services.catalogue import Catalogue
from bot.storage import cases, servers
from bot.storage.cases import Change, StoredCase
from tests.samples import case
from tests.services.conftest import manager

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
HERE, ELSEWHERE = 77, 88


def _stored(slug="ling-v-qiao", *, scope=PUBLIC, revision=1, case_id=None, gone=False, **changes):
    document = to_document(case(slug, **changes))
    return StoredCase(Record(case_id or new_id(), scope, revision, document), slug, gone)


async def _store(database, *stored):
    async with database.write() as tx:
        await cases.lock(tx)
        changes = [Change(each, ChangeKind.ADDED) for each in stored]
        return await cases.record(tx, changes, author=Author(1, 2), reason="", at=NOW)


def _found(catalogue, query, scope=PUBLIC):
    return {hit.id for hit in catalogue.index.search(query, scope=scope)}


def _agrees(catalogue, stored, query, scope):
    """Whether records, slugs, counts and index tell the same of a case that is not withdrawn."""
    record = stored.record
    assert catalogue.get(record.id, scope) == record
    assert catalogue.by_slug(stored.slug, scope) == record
    assert record.id in _found(catalogue, query, scope)
    return True


async def test_it_loads_what_is_stored(database):
    public, own, gone = _stored(), _stored("own", scope=HERE), _stored("gone", gone=True)
    await _store(database, public, own, gone)
    catalogue = await Catalogue.load(database)
    assert catalogue.revision == 1
    assert _agrees(catalogue, public, "ling qiao", PUBLIC)
    assert _agrees(catalogue, own, "ling qiao", HERE)
    assert catalogue.get(gone.record.id, PUBLIC) is None
    assert catalogue.withdrawn(gone.record.id, PUBLIC) == gone.record
    assert [catalogue.count(scope) for scope in (PUBLIC, HERE, ELSEWHERE)] == [1, 2, 1]
    assert catalogue.records(PUBLIC) == [public.record]
    assert catalogue.records(HERE) == [own.record]


async def test_another_server_s_cases_are_nowhere(database):
    own, gone = _stored("own", scope=HERE), _stored("gone", scope=HERE, gone=True)
    await _store(database, own, gone)
    catalogue = await Catalogue.load(database)
    for scope in (PUBLIC, ELSEWHERE):
        assert catalogue.get(own.record.id, scope) is None
        assert catalogue.by_slug("own", scope) is None
        assert catalogue.withdrawn(gone.record.id, scope) is None
        assert _found(catalogue, "ling qiao", scope) == set()
        assert catalogue.count(scope) == 0


async def test_a_server_s_own_case_comes_before_a_public_one_of_the_same_slug(database):
    public, own = _stored(), _stored(scope=HERE)
    await _store(database, public, own)
    catalogue = await Catalogue.load(database)
    assert catalogue.by_slug("ling-v-qiao", HERE) == own.record
    assert catalogue.by_slug("ling-v-qiao", ELSEWHERE) == public.record


async def test_changes_are_seen_at_once_and_the_revision_grows():
    catalogue = await _empty()
    first = _stored()
    catalogue.apply([first], 6)
    assert _agrees(catalogue, first, "spring picture", PUBLIC)
    second = _stored(case_id=first.record.id, revision=2, aliases=["Peach case"])
    catalogue.apply([second], 7)
    assert _agrees(catalogue, second, "peach case", PUBLIC)
    removed = _stored(case_id=first.record.id, revision=3, gone=True)
    catalogue.apply([removed], 8)
    assert catalogue.get(first.record.id, PUBLIC) is None
    assert catalogue.withdrawn(first.record.id, PUBLIC) == removed.record
    assert _found(catalogue, "ling qiao") == set()
    assert catalogue.count(PUBLIC) == 0
    restored = _stored(case_id=first.record.id, revision=4)
    catalogue.apply([restored], 9)
    assert _agrees(catalogue, restored, "spring picture", PUBLIC)
    assert catalogue.withdrawn(first.record.id, PUBLIC) is None
    assert catalogue.revision == 9


async def _empty():

    return Catalogue([], await build([]), 0)


async def test_an_older_state_told_later_changes_nothing():
    catalogue = await _empty()
    old = _stored()
    new = _stored(case_id=old.record.id, revision=2, aliases=["Peach case"])
    catalogue.apply([new], 2)
    catalogue.apply([old], 1)
    assert _agrees(catalogue, new, "peach case", PUBLIC)


async def test_many_changes_swap_in_at_once_while_lookups_and_edits_go_on(monkeypatch):
    catalogue = await _empty()
    kept, edited = _stored("kept"), _stored("edited")
    catalogue.apply([kept, edited], 1)
    many = [_stored(f"case-{n}", title=f"Number {n} v. Qiao") for n in range(300)]
    importing = asyncio.create_task(catalogue.take_in(many, 2))
    await asyncio.sleep(0)
    assert catalogue._since is not None
    assert catalogue.count(PUBLIC) == 2
    assert catalogue.get(many[0].record.id, PUBLIC) is None
    newer = _stored("edited", case_id=edited.record.id, revision=2, aliases=["Peach case"])
    added = _stored("added", aliases=["Plum case"])
    catalogue.apply([newer, added], 3)
    await importing
    assert catalogue.count(PUBLIC) == 303
    assert _agrees(catalogue, newer, "peach case", PUBLIC)
    assert _agrees(catalogue, added, "plum case", PUBLIC)
    assert _agrees(catalogue, kept, "ling v qiao", PUBLIC)
    assert all(_agrees(catalogue, many[n], f"number {n} qiao", PUBLIC) for n in (0, 150, 299))
    assert len(catalogue.index) == 303
    assert catalogue.revision > 3


async def test_what_another_process_commits_is_taken_in(database):
    first = _stored()
    await _store(database, first)
    catalogue = await Catalogue.load(database)
    assert not await catalogue.refresh(database)
    second = _stored("second", aliases=["Peach case"])
    await _store(database, second)
    async with database.write() as tx:
        await cases.advance_revision(tx)
        await servers.hide(tx, HERE, first.record.id)
    assert await catalogue.refresh(database)
    assert _agrees(catalogue, second, "peach case", PUBLIC)
    assert catalogue.hidden(HERE) == {first.record.id}
    revision = catalogue.revision
    assert not await catalogue.refresh(database)
    assert catalogue.revision == revision


async def test_its_own_commits_are_no_news(desk):
    case_id = await desk.put()
    await desk.servers.hide(manager(HERE), case_id)
    revision = desk.catalogue.revision
    assert not await desk.catalogue.refresh(desk.database)
    await desk.servers.show(manager(HERE), case_id)
    assert not await desk.catalogue.refresh(desk.database)
    assert desk.catalogue.revision == revision + 1


async def test_a_hidden_case_is_hidden_in_that_server_only(database):
    public, own = _stored(), _stored("own", scope=HERE)
    await _store(database, public, own)
    async with database.write() as tx:
        await servers.hide(tx, HERE, public.record.id)
        await servers.hide(tx, HERE, public.record.id)
    catalogue = await Catalogue.load(database)
    assert catalogue.get(public.record.id, HERE) is None
    assert catalogue.by_slug("ling-v-qiao", HERE) is None
    assert catalogue.get(public.record.id, ELSEWHERE) == public.record
    assert [catalogue.count(scope) for scope in (PUBLIC, HERE, ELSEWHERE)] == [1, 1, 1]
    revision = catalogue.revision
    catalogue.hide(HERE, public.record.id, hidden=False, revision=0)
    assert catalogue.get(public.record.id, HERE) == public.record
    assert catalogue.revision == revision + 1


@pytest.mark.parametrize("revision", [0, 3])
async def test_the_revision_never_stands_still(revision):
    catalogue = await _empty()
    catalogue.apply([_stored()], revision)
    first = catalogue.revision
    catalogue.apply([_stored("other")], revision)
    assert catalogue.revision > first > 0
