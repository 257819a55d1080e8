import datetime as dt
import time

import pytest
import sqlalchemy as sa

from bot.domain.records import PUBLIC, Record, new_id, public_id, to_document, to_file
from bot.domain.revisions import Author, ChangeKind
from bot.services.case_files import shipped_folder
from bot.services.shipped import InvalidShippedFilesError, ShippedChanges, load_shipped
from bot.storage import Database, cases, shipping
from bot.storage.cases import Change, StoredCase
from tests.samples import case, ruling

NOTHING = ShippedChanges()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cases").mkdir()
    return tmp_path / "cases"


def _ship(folder, *shipped):
    for path in folder.glob("*.json"):
        path.unlink()
    for each in shipped:
        (folder / f"{each.slug}.json").write_text(to_file(each), "utf-8")


async def _edit(database, slug, edited, *, withdrawn=False):
    """What an editor does."""
    async with database.write() as tx:
        await cases.lock(tx)
        before = await cases.get(tx, public_id(slug))
        record = Record(before.record.id, PUBLIC, before.record.revision + 1, to_document(edited))
        change = Change(StoredCase(record, slug, withdrawn), ChangeKind.EDITED, before)
        await cases.record(tx, [change], author=Author(1, 2), reason="", at=_now())


def _now():
    return dt.datetime.now(dt.UTC)


async def _state(database, slug):
    async with database.read() as tx:
        return (await cases.get_many(tx, [public_id(slug)])).get(public_id(slug))


async def _revision(database):
    async with database.read() as tx:
        return await cases.catalogue_revision(tx)


async def test_the_shipped_catalogue_is_taken_in_once(database):
    folder = shipped_folder() / "cases"
    count = len(list(folder.glob("*.json")))
    assert await load_shipped(database, folder) == ShippedChanges(added=count)
    async with database.read() as tx:
        stored = await cases.load_all(tx)
    assert {each.slug for each in stored} == {path.stem for path in folder.glob("*.json")}
    assert all(each.record.id == public_id(each.slug) for each in stored)
    revision = await _revision(database)
    assert await load_shipped(database, folder) == NOTHING
    assert await _revision(database) == revision == 1


async def test_a_second_start_with_10_000_unchanged_cases_writes_nothing(tmp_path, folder):
    template = to_file(case("case-x"))
    for number in range(10_000):
        text = template.replace("case-x", f"case-{number}")
        (folder / f"case-{number}.json").write_text(text, "utf-8")
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    assert await load_shipped(database, folder) == ShippedChanges(added=10_000)
    await database.close()

    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    async with database.write() as tx:
        before = await tx.scalar(sa.text("SELECT total_changes()"))
    async with database.read() as tx:
        version = await tx.scalar(sa.text("PRAGMA data_version"))
    started = time.process_time()
    assert await load_shipped(database, folder) == NOTHING
    print(f"second start: {time.process_time() - started:.2f} s of CPU")
    async with database.write() as tx:
        assert await tx.scalar(sa.text("SELECT total_changes()")) == before
    async with database.read() as tx:
        assert await tx.scalar(sa.text("PRAGMA data_version")) == version
    await database.close()


async def test_a_changed_file_replaces_what_nobody_edited(database, folder):
    _ship(folder, case(), case("other"))
    await load_shipped(database, folder)
    _ship(folder, case(status="final"), case("other"))
    assert await load_shipped(database, folder) == ShippedChanges(changed=1)
    stored = await _state(database, "ling-v-qiao")
    assert stored.record.case() == case(status="final")
    async with database.read() as tx:
        newest, first = await cases.history(tx, stored.record.id, skip=0, limit=10)
    assert (newest.number, newest.kind, newest.author) == (2, ChangeKind.SHIPPED, Author())
    assert newest.before == first.after == to_document(case())
    assert first.before is None


async def test_a_changed_file_and_an_edit_elsewhere_are_merged(database, folder):
    _ship(folder, case())
    await load_shipped(database, folder)
    edited = case(aliases=["Spring picture case", "Ling's case"])
    await _edit(database, "ling-v-qiao", edited)
    _ship(folder, case(rulings=[ruling(), ruling(decided_on="2024-05", docket_number="2")]))
    assert await load_shipped(database, folder) == ShippedChanges(merged=1)
    merged = (await _state(database, "ling-v-qiao")).record.case()
    assert merged.aliases == ("Spring picture case", "Ling's case")
    assert [each.decided_on for each in merged.rulings] == ["2023-11-27", "2024-05"]
    assert await load_shipped(database, folder) == NOTHING


async def test_a_file_that_contradicts_an_edit_waits_and_the_edit_stays(database, folder):
    _ship(folder, case())
    await load_shipped(database, folder)
    await _edit(database, "ling-v-qiao", case(summary="The editor's words."))
    _ship(folder, case(summary="The shipped words."))
    assert await load_shipped(database, folder) == ShippedChanges(kept=1)
    assert (await _state(database, "ling-v-qiao")).record.case().summary == "The editor's words."
    async with database.read() as tx:
        waiting = await shipping.waiting(tx, public_id("ling-v-qiao"))
    assert waiting.document == to_document(case(summary="The shipped words."))
    assert await load_shipped(database, folder) == NOTHING
    # A later file that agrees settles it.
    _ship(folder, case(summary="The editor's words."))
    await load_shipped(database, folder)
    async with database.read() as tx:
        assert await shipping.queue(tx) == []
    assert await load_shipped(database, folder) == NOTHING


async def test_what_an_editor_removed_stays_removed(database, folder):
    _ship(folder, case())
    await load_shipped(database, folder)
    await _edit(database, "ling-v-qiao", case(), withdrawn=True)
    _ship(folder, case(status="final"))
    assert await load_shipped(database, folder) == ShippedChanges(kept=1)
    assert (await _state(database, "ling-v-qiao")).withdrawn


async def test_a_missing_file_withdraws_its_case_until_it_is_back(database, folder):
    _ship(folder, case(), case("other"))
    await load_shipped(database, folder)
    _ship(folder, case("other"))
    assert await load_shipped(database, folder) == ShippedChanges(withdrawn=1)
    assert (await _state(database, "ling-v-qiao")).withdrawn
    assert await load_shipped(database, folder) == NOTHING
    _ship(folder, case(), case("other"))
    assert await load_shipped(database, folder) == ShippedChanges(changed=1)
    assert not (await _state(database, "ling-v-qiao")).withdrawn
    assert await load_shipped(database, folder) == NOTHING


async def test_a_missing_file_leaves_what_an_editor_changed(database, folder):
    _ship(folder, case(), case("other"))
    await load_shipped(database, folder)
    await _edit(database, "ling-v-qiao", case(summary="The editor's words."))
    _ship(folder, case("other"))
    assert await load_shipped(database, folder) == NOTHING
    assert not (await _state(database, "ling-v-qiao")).withdrawn


async def test_a_curator_s_own_case_of_the_same_slug_is_not_overwritten(database, folder):
    own = Record(new_id(), PUBLIC, 1, to_document(case(summary="The editor's words.")))
    async with database.write() as tx:
        change = Change(StoredCase(own, "ling-v-qiao"), ChangeKind.ADDED)
        await cases.record(tx, [change], author=Author(1, 2), reason="", at=_now())
    _ship(folder, case())
    assert await load_shipped(database, folder) == ShippedChanges(kept=1)
    async with database.read() as tx:
        assert (await cases.get(tx, own.id)).record == own
    assert await load_shipped(database, folder) == NOTHING


async def test_a_server_s_case_of_the_same_slug_is_another_case(database, folder):
    own = Record(new_id(), 77, 1, to_document(case(summary="The server's words.")))
    async with database.write() as tx:
        change = Change(StoredCase(own, "ling-v-qiao"), ChangeKind.ADDED)
        await cases.record(tx, [change], author=Author(1, 77), reason="", at=_now())
    _ship(folder, case())
    assert await load_shipped(database, folder) == ShippedChanges(added=1)


async def test_invalid_files_are_reported_together_and_nothing_is_taken_in(database, folder):
    _ship(folder, case(), case("second"))
    (folder / "third.json").write_text("{", "utf-8")
    (folder / "fourth.json").write_text(to_file(case("fifth")), "utf-8")
    text = to_file(case("sixth")).replace('"decided"', '"lost"').replace('"CN"', '"XX"')
    (folder / "sixth.json").write_text(text, "utf-8")
    with pytest.raises(InvalidShippedFilesError) as caught:
        await load_shipped(database, folder)
    problems = caught.value.problems
    assert [line.partition(": ")[0].rpartition("/")[2] for line in problems] == [
        "fourth.json",
        "sixth.json",
        "sixth.json",
        "third.json",
    ]
    assert "status is not a word of its list; use one of 'pending'" in problems[2]
    assert await _revision(database) == 0


async def test_an_empty_folder_is_an_error_and_withdraws_nothing(database, folder):
    _ship(folder, case())
    await load_shipped(database, folder)
    _ship(folder)
    with pytest.raises(InvalidShippedFilesError, match="no case files"):
        await load_shipped(database, folder)
    assert not (await _state(database, "ling-v-qiao")).withdrawn
