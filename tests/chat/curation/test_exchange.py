"""Import and export in Discord."""

import asyncio
import gzip
import json
import os

from bot.chat.curation.exchange import _telling
from bot.domain.records import PUBLIC
from tests.chat.curation.conftest import ids_of, said
from tests.chat.test_case_command import buttons
from tests.samples import document


def catalogue_file(*slugs, **changes):
    return json.dumps([document(slug, **changes) for slug in slugs]).encode()


async def importing(town, name, data, who=None):
    return await town.do("catalogue import", who=who, file=(name, data))


async def test_a_dry_run_says_everything_and_one_button_imports_it(town):
    await town.put("ling-v-qiao")
    rows = [
        document("ling-v-qiao"),
        document("duan-v-wei", title="Duan v. Wei", aliases=[]),
        {**document("bad"), "jurisdiction": "@everyone"},
    ]
    plan = await importing(town, "cases.json", json.dumps(rows).encode())
    text = said(plan)
    for part in ("public catalogue", "1 would be added", "0 would be changed", "1 are there just"):
        assert part in text
    assert "Row 3 (bad): Country" in text
    assert town.catalogue.count(PUBLIC) == 1
    await town.press(plan, "import:run:")
    assert "1 added, 0 changed" in plan.response.content
    assert town.catalogue.by_slug("duan-v-wei", PUBLIC)
    undone = await town.do("catalogue undo")
    assert "Duan v. Wei" in said(undone)
    assert town.catalogue.count(PUBLIC) == 1


async def test_what_changed_since_the_dry_run_is_shown_again(town):
    await town.put("ling-v-qiao")
    plan = await importing(town, "c.json", catalogue_file("ling-v-qiao", summary="New text."))
    await town.do("catalogue alias", case="ling qiao", alias="Other name")
    await town.press(plan, "import:run:")
    assert "changed in the meantime" in plan.response.content
    await town.press(plan, "import:run:")
    assert "0 added, 1 changed" in plan.response.content


async def test_an_export_is_what_import_takes_and_the_same_again(town):
    await town.put("ling-v-qiao")
    await town.put("own-case", scope=town.other_guild.id)
    exported = await town.do("catalogue export")
    [file] = exported.response.attachments
    data = await file.read()
    assert [each["slug"] for each in json.loads(data)] == ["ling-v-qiao"]
    again = await importing(town, "again.json.gz", gzip.compress(data))
    assert "1 are there just so" in said(again)
    assert not ids_of(again.response, "import:", buttons)
    own = await town.do("catalogue export", who=town.uwe)
    assert "own cases" in said(own)
    assert b"own-case" in await own.response.attachments[0].read()


async def test_files_that_are_none_are_one_sentence(town):
    bomb = gzip.compress(b"[" + b" " * (70 * 1024 * 1024))
    for data in (b"", b"\x00\xff", b"{", b"[[[[", b"[" * 100_000, "ä".encode("utf-16"), bomb):
        answer = said(await importing(town, "f.json", data or b" "))
        assert answer.startswith("The record") or "are refused" in answer or "0 would" in answer
    too_large = b" " * (8 * 1024 * 1024 + 1)
    assert "larger than 8 MB" in said(await importing(town, "f.json", too_large))


async def test_an_export_beyond_the_limit_names_the_terminal(town, monkeypatch):
    await town.put()
    monkeypatch.setattr("bot.services.curation.exchange._write", lambda *_: bytes(26214401))
    packed = await town.do("catalogue export")
    assert [file.filename for file in packed.response.attachments] == ["catalogue.json.gz"]
    monkeypatch.setattr("bot.services.curation.exchange._write", lambda *_: os.urandom(26214401))
    assert "casebook export" in said(await town.do("catalogue export"))


async def test_what_takes_long_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr("bot.chat.curation.exchange._TOLD_EVERY", 0.001)
    told = asyncio.Event()

    async def tell():
        told.set()

    assert await _telling(told.wait(), tell)


async def test_many_cases_are_imported_and_undone_at_once(town, monkeypatch):
    monkeypatch.setattr("bot.chat.curation.exchange._LARGE", 0)
    slugs = [f"case-{number}" for number in range(300)]
    plan = await importing(town, "cases.json", catalogue_file(*slugs))
    assert "300 would be added" in said(plan)
    await town.press(plan, "import:run:")
    assert "300 added" in plan.response.content
    told = [r.json["content"] for r in town.env.http_requests if r.json and "content" in r.json]
    assert any(content.startswith("Importing 300 cases") for content in told)
    assert town.catalogue.count(PUBLIC) == 300
    assert "300 cases" in said(await town.do("catalogue undo"))
    assert town.catalogue.count(PUBLIC) == 0


async def test_many_refusals_are_a_file_and_long_words_are_cut(town):
    rows = [{**document(f"case-{number}"), "status": "x" * 9000} for number in range(50)]
    rows.append({"slug": "y" * 100_000, "@everyone" * 1000: 1})
    plan = await importing(town, "cases.json", json.dumps(rows).encode())
    assert "51 are refused" in said(plan)
    assert "and 43 more" in said(plan)
    [report] = plan.response.attachments
    lines = (await report.read()).decode().splitlines()
    assert len(lines) == 51
    assert max(map(len, lines)) <= 400
