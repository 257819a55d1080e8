import asyncio
import gzip
import json

import pytest

from bot.domain.exchange import IN_DISCORD, IN_TERMINAL, UnreadableFileError
from bot.domain.permissions import NotAllowedError
from bot.domain.records import PUBLIC, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.services.case_files import shipped_folder
from bot.services.catalogue import Catalogue
from bot.services.curation.errors import NothingToDoError, OvertakenError
from bot.services.shipped import load_shipped
from bot.storage import Database
from tests.samples import case, document
from tests.services.conftest import CURATORS, OTHERS, Desk, manager, member


def _file(*records):
    return json.dumps(records, ensure_ascii=False).encode()


async def test_a_dry_run_tells_everything_and_stores_nothing(desk):
    await desk.put(slug="same")
    await desk.put(slug="changed")
    gone = await desk.put(slug="gone")
    await desk.records.remove(manager(), gone, "")
    revision = desk.catalogue.revision
    data = _file(
        document("new"),
        document("same"),
        document("changed", status="final"),
        document("gone"),
        document("new"),
        document("bad", status="lost"),
        document("dangling", related=[{"slug": "nowhere", "relation": "compare"}]),
        document("linked", related=[{"slug": "new", "relation": "compare"}]),
        document("itself", related=[{"slug": "itself", "relation": "compare"}]),
    )
    plan = await desk.exchange.plan(manager(), data, IN_DISCORD)
    assert [each.slug for each in plan.added] == ["new", "linked"]
    assert [(each.slug, each.revision, each.restores) for each in plan.changed] == [
        ("changed", 1, False),
        ("gone", 2, True),
    ]
    assert plan.skipped == ("same",)
    assert [(each.row, each.slug, each.problems[0].message) for each in plan.refused] == [
        (5, "new", "new stands in row 1 already"),
        (6, "bad", "is not a word of its list"),
        (7, "dangling", "nowhere does not exist"),
        (9, "itself", "is the case itself"),
    ]
    assert desk.catalogue.revision == revision
    imported = await desk.exchange.run(manager(), plan, "from the archive")
    assert (imported.added, imported.changed) == (2, 2)
    assert desk.catalogue.by_slug("changed", PUBLIC).case() == case("changed", status="final")
    assert desk.catalogue.get(gone, PUBLIC).case() == case("gone")
    made = (await desk.revisions(gone))[0]
    assert (made.kind, made.reason, made.author) == (
        ChangeKind.IMPORTED,
        "from the archive",
        manager().author,
    )
    assert await desk.agrees()


async def test_an_import_is_one_change_that_one_undo_takes_back(desk):
    await desk.put(slug="changed")
    data = _file(*(document(f"case-{n}") for n in range(40)), document("changed", status="final"))
    plan = await desk.exchange.plan(manager(), data, IN_DISCORD)
    before = desk.catalogue.count(PUBLIC)
    await desk.exchange.run(manager(), plan)
    assert desk.catalogue.count(PUBLIC) == before + 40
    undone = await desk.records.undo(manager())
    assert len(undone.cases) == 41
    assert desk.catalogue.count(PUBLIC) == before
    assert desk.catalogue.by_slug("changed", PUBLIC).case() == case("changed")
    assert await desk.agrees()


async def test_a_plan_that_was_overtaken_imports_nothing(desk):
    case_id = await desk.put()
    data = _file(document(status="final"), document("new"))
    plan = await desk.exchange.plan(manager(), data, IN_DISCORD)
    await desk.records.add_alias(manager(person=2), case_id, "Peach")
    with pytest.raises(OvertakenError) as caught:
        await desk.exchange.run(manager(), plan)
    assert caught.value.slugs == ("ling-v-qiao",)
    assert desk.catalogue.by_slug("new", PUBLIC) is None
    plan = await desk.exchange.plan(manager(), _file(document("new")), IN_DISCORD)
    await desk.exchange.run(manager(), plan)
    with pytest.raises(OvertakenError):  # the button is pressed twice
        await desk.exchange.run(manager(), plan)
    plan = await desk.exchange.plan(manager(), _file(document("new")), IN_DISCORD)
    with pytest.raises(NothingToDoError):
        await desk.exchange.run(manager(), plan)
    assert await desk.agrees()


async def test_import_and_export_are_of_the_catalogue_that_is_written_here(desk):
    await desk.put()
    data = _file(document("own", related=[{"slug": "ling-v-qiao", "relation": "compare"}]))
    plan = await desk.exchange.plan(manager(OTHERS), data, IN_DISCORD)
    await desk.exchange.run(manager(OTHERS), plan)
    assert desk.catalogue.by_slug("own", OTHERS) is not None
    assert desk.catalogue.by_slug("own", CURATORS) is None
    own = json.loads(await desk.exchange.export(manager(OTHERS)))
    assert [each["slug"] for each in own] == ["own"]
    public = json.loads(await desk.exchange.export(manager()))
    assert [each["slug"] for each in public] == ["ling-v-qiao"]
    data = _file(document("new", related=[{"slug": "own", "relation": "compare"}]))
    plan = await desk.exchange.plan(manager(), data, IN_DISCORD)
    assert [each.slug for each in plan.refused] == ["new"]


async def test_only_editors_import_and_export(desk):
    plan = await desk.exchange.plan(manager(), _file(document()), IN_DISCORD)
    for actor in (member(), member(OTHERS), manager(OTHERS)):
        with pytest.raises(NotAllowedError):
            await desk.exchange.run(actor, plan)
    for actor in (member(), member(OTHERS)):
        with pytest.raises(NotAllowedError):
            await desk.exchange.plan(actor, _file(document()), IN_DISCORD)
        with pytest.raises(NotAllowedError):
            await desk.exchange.export(actor)
    assert desk.catalogue.count(PUBLIC) == 0


async def test_export_into_an_empty_installation_and_out_again_gives_the_same_bytes(
    database, tmp_path
):
    await load_shipped(database, shipped_folder() / "cases")
    first = Desk(database, await Catalogue.load(database))
    removed = first.catalogue.by_slug("zarya-of-the-dawn", PUBLIC)
    await first.records.remove(manager(), removed.id, "")
    exported = await first.exchange.export_of(PUBLIC)
    assert len(json.loads(exported)) == first.catalogue.count(PUBLIC) > 150

    empty = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}")
    second = Desk(empty, await Catalogue.load(empty))
    for data in (exported, gzip.compress(exported)):
        plan = await second.exchange.plan_for(PUBLIC, data, IN_TERMINAL)
        assert plan.refused == ()
        if plan.added:
            await second.exchange.run_for(plan, Author())
        assert await second.exchange.export_of(PUBLIC) == exported
    assert len(plan.skipped) == len(json.loads(exported))
    # Buttons under answers of the one installation work in the other.
    kept = first.catalogue.by_slug("kneschke-v-laion", PUBLIC)
    assert second.catalogue.get(kept.id, PUBLIC).document == kept.document
    assert await second.agrees()
    await empty.close()


async def test_what_cannot_be_read_is_refused_before_anything(desk):
    for data in (b"nonsense", b"[", b"\x1f\x8b", b"x" * (IN_DISCORD.file + 1)):
        with pytest.raises(UnreadableFileError):
            await desk.exchange.plan(manager(), data, IN_DISCORD)


async def test_a_large_import_while_lookups_go_on(tmp_path):
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    desk = Desk(database, await Catalogue.load(database))
    kept = await desk.put()
    seen, done = [], []
    data = _file(*(document(f"case-{n}", title=f"Number {n} v. Qiao") for n in range(1500)))

    async def look_up():
        while not done:
            seen.append(desk.catalogue.count(PUBLIC))
            assert desk.catalogue.get(kept, PUBLIC).case() == case()
            assert desk.catalogue.index.search("ling v qiao")[0].id == kept
            await asyncio.sleep(0.001)

    async def work():
        plan = await desk.exchange.plan(manager(), data, IN_DISCORD, seen_rows.append)
        await desk.exchange.run(manager(), plan)
        done.append(True)

    seen_rows: list[int] = []
    await asyncio.gather(look_up(), work())
    assert seen_rows == list(range(1, 1501))
    assert set(seen) <= {1, 1501}  # all of it at once
    assert len(seen) > 20
    assert desk.catalogue.count(PUBLIC) == 1501
    assert to_document(case("case-7", title="Number 7 v. Qiao")) == (
        desk.catalogue.by_slug("case-7", PUBLIC).document
    )
    await database.close()
