"""The disk is full, for real: writers are told, keep what they typed, and lookups go on."""

from contextlib import suppress

import pytest
import sqlalchemy as sa

from bot.domain.records import PUBLIC
from bot.storage import StorageError, meta
from tests.chat.curation.conftest import ids_of, said
from tests.chat.curation.test_drafts import BASICS
from tests.chat.test_case_command import buttons, shown


@pytest.fixture
async def disk(town, caplog):
    """Fills the disk, and makes room again."""

    class Disk:
        async def limit(self, pages):
            async with town.database.write() as tx:
                await tx.execute(sa.text(f"PRAGMA max_page_count={pages}"))

        async def fill(self):
            await self.limit(1)  # SQLite takes it for: not a page more than there are
            number = 0
            for size in (3000, 300, 30):
                with suppress(StorageError):
                    while True:
                        number += 1
                        async with town.database.write() as tx:
                            await meta.put(tx, f"filler {number}", "x" * size)

        async def clear(self):
            await self.limit(2**30)

    yield Disk()
    logged = [each for each in caplog.get_records("call") if "failed" in each.getMessage()]
    assert logged
    for each in logged:
        assert "its disk is full: make room" in each.getMessage()
        assert each.exc_info is None


def assert_told(result):
    assert "`/case` still answers" in said(result)
    assert "sqlite" not in said(result)
    assert result.ephemeral or result.followups[-1].ephemeral


LONG = {**BASICS, "summary": "编辑写的字。" * 600}


async def test_a_form_that_cannot_be_stored_comes_back_and_nothing_is_half_there(town, disk):
    await town.put()
    form = await town.do("catalogue add")
    await disk.fill()
    refused = await town.theo.submit_modal(form, LONG)
    assert_told(refused)
    [file] = [file for message in refused.followups for file in message.attachments]
    assert file.filename == "what-you-typed.txt"
    answer = await town.mia.slash(town.general, "case", query="ling")
    assert shown(answer).title == "Ling v. Qiao"

    await disk.clear()
    preview = await town.add(LONG)
    assert ids_of(preview.response, "draft:", buttons)
    assert town.catalogue.count(PUBLIC) == 1


async def test_a_button_and_a_members_form_that_cannot_store_say_so(town, disk):
    await town.put()
    preview = await town.add(LONG)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    await disk.fill()
    for _ in range(2):
        assert_told(await town.press(preview, "draft:publish:"))
    suggested = {"text": LONG["summary"][:1900], "link": ""}
    form = await town.do("suggest", who=town.mia)
    assert_told(await town.mia.submit_modal(form, suggested))
    assert town.catalogue.count(PUBLIC) == 1

    await disk.clear()
    await town.press(preview, "draft:publish:")
    assert town.catalogue.count(PUBLIC) == 2
