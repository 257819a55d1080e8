"""From a real SQLite file to a real PostgreSQL, whatever the rows hold and whoever is killed."""

import asyncio
import os
import random
import re
import sys

import pytest
import sqlalchemy as sa

from bot.app import open_app
from bot.domain.records import PUBLIC
from bot.ops.moving import move
from bot.settings import CannotStartError
from bot.storage import Database, StorageError, meta, move_progress, moving
from bot.storage.locks import sole_writer
from tests.announcements.world import news, publish, subscribe
from tests.databases import new_postgresql_database, postgresql
from tests.standin.process import BotProcess, environment
from tests.strategies import HOSTILE, examples

__all__ = ["postgresql"]

WORDS = [text.replace("\0", "") for text in HOSTILE] + ["", "名", "Ω≈ç√", "\U0001f5ff"]
NUMBERS = [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)]


@pytest.fixture
def source_url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}"


@pytest.fixture
async def target_url(postgresql):
    return await new_postgresql_database(postgresql)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(moving, "_ROWS_AT_ONCE", 20)


async def fill(url, rows, seed=1):
    """Put rows of any content into every table."""
    dice = random.Random(seed)
    made: dict[str, list] = {"cases": [], "announcements": []}

    def value(table, column, number):
        if column.name == "case_id":
            return made["cases"][number]
        if column.name == "announcement":
            return made["announcements"][number]
        if isinstance(column.type, sa.LargeBinary):
            return dice.randbytes(dice.choice([0, 1, 300]))
        if isinstance(column.type, sa.Text):
            return f"{number} {dice.choice(WORDS)}"
        return number + 1 if column.primary_key else dice.choice(NUMBERS)

    database = await Database.open(url)
    async with database.write() as tx:
        for table, real in zip(moving._TABLES, moving.metadata.sorted_tables, strict=True):
            if table.name in {"counters", "meta"}:
                continue
            written = [
                {
                    column.name: None
                    if real.c[column.name].nullable and dice.random() < 0.5
                    else value(table, column, number)
                    for column in table.columns
                }
                for number in range(rows)
            ]
            if table.name in made:
                made[table.name] = [next(iter(row.values())) for row in written]
            await tx.execute(sa.insert(table), written)
        await meta.put(tx, "name", "Ωé𝕏\u202e")
        await tx.execute(sa.text("UPDATE counters SET value = 4711"))
    await database.close()


async def contents(url):
    database = await Database.open(url)
    found = await moving.contents(database)
    await database.close()
    return found


async def test_every_row_arrives_and_numbers_go_on(source_url, target_url, small_steps):
    await fill(source_url, 60)
    said = []
    await move(source_url, target_url, said.append)
    there = await contents(target_url)
    assert there == await contents(source_url)
    assert {name for name, each in there.items() if each.rows >= 60} >= {
        table.name for table in moving._TABLES if table.name not in {"counters", "meta"}
    }
    assert "  cases: 60 rows, each the same in both" in said
    database = await Database.open(target_url)
    async with database.read() as tx:
        for table, column in moving._NUMBERED:
            highest = await tx.scalar(sa.text(f"SELECT max({column}) FROM {table}"))
            name = f"pg_get_serial_sequence('{table}', '{column}')"
            assert await tx.scalar(sa.text(f"SELECT nextval({name})")) == highest + 1
    await database.close()
    # Again, it only compares; and it never touches what was used since.
    said.clear()
    await move(source_url, target_url, said.append)
    assert "already" in said[0]
    database = await Database.open(target_url)
    async with database.write() as tx:
        await meta.put(tx, "name", "another")
    await database.close()
    with pytest.raises(StorageError, match=r"was moved to .* before"):
        await move(source_url, target_url, said.append)


async def test_a_bot_goes_on_where_it_was_moved_to(source_url, target_url):
    async with open_app(source_url) as app:
        count = app.catalogue.count(PUBLIC)
        told = await publish(app.database, news(slug=app.catalogue.records(PUBLIC)[0].case().slug))
        await subscribe(app.database, [100])
    await move(source_url, target_url, lambda line: None)
    async with open_app(target_url) as app:
        assert app.catalogue.count(PUBLIC) == count
        await subscribe(app.database, [101])
        again = await publish(app.database, news(slug=told.announcement.news.case.slug, revision=9))
        assert again.announcement.number == told.announcement.number + 1
        assert again.deliveries == 2


async def test_a_target_with_other_data_is_refused(source_url, target_url, tmp_path):
    await fill(source_url, 3)
    other = await Database.open(target_url)
    async with other.write() as tx:
        await meta.put(tx, "a", "1")
    with pytest.raises(StorageError, match="data of another installation"):
        await move(source_url, target_url, lambda line: None)
    async with other.read() as tx:
        assert await meta.get(tx, "a") == "1"
        assert await move_progress.progress_of(tx) is None
    await other.close()


async def test_another_installation_s_unfinished_move_is_refused(source_url, target_url, tmp_path):
    await fill(source_url, 3)
    database = await Database.open(target_url)
    async with database.write() as tx:
        await move_progress.note_progress(tx, move_progress.Progress("another", "cases", ("x",)))
    await database.close()
    with pytest.raises(StorageError, match="data of another installation"):
        await move(source_url, target_url, lambda line: None)


async def test_it_waits_for_nobody(source_url, target_url, tmp_path):
    await fill(source_url, 3)
    async with sole_writer(source_url):
        with pytest.raises(StorageError, match="stop it first"):
            await move(source_url, target_url, lambda line: None)
    target = await Database.open(target_url)
    from bot.ops.moving import _DUTY  # noqa: PLC0415

    async with target.alone(_DUTY):
        with pytest.raises(StorageError, match="Another process is moving"):
            await move(source_url, target_url, lambda line: None)
    await target.close()
    with pytest.raises(StorageError, match="There is no database"):
        await move(f"{source_url}-not", target_url, lambda line: None)
    with pytest.raises(StorageError, match="no PostgreSQL database"):
        await move(source_url, source_url, lambda line: None)
    with pytest.raises(StorageError, match="does not use SQLite"):
        await move(target_url, target_url, lambda line: None)


async def test_a_text_that_postgresql_cannot_hold_is_named(source_url, target_url):
    await fill(source_url, 3)
    database = await Database.open(source_url)
    async with database.write() as tx:
        await tx.execute(sa.text("UPDATE audit SET reason = 'a' || char(0) WHERE number = 2"))
    await database.close()
    with pytest.raises(StorageError, match=r"row '2' of the table audit has a NUL .* in reason"):
        await move(source_url, target_url, lambda line: None)


async def test_what_was_used_after_an_interruption_is_moved_anew(
    source_url, target_url, small_steps
):
    await fill(source_url, 60)

    class StopError(Exception):
        pass

    def told(table, rows):
        if table == "conversations":
            raise StopError

    with pytest.MonkeyPatch.context() as patch:
        copy = moving.copy
        patch.setattr(moving, "copy", lambda s, t, progress, _: copy(s, t, progress, told))
        with pytest.raises(StopError):
            await move(source_url, target_url, lambda line: None)
    with pytest.raises(CannotStartError, match="Not everything has been moved"):
        async with open_app(target_url):
            pass
    database = await Database.open(source_url)
    async with database.write() as tx:
        await tx.execute(sa.text("DELETE FROM cases WHERE id LIKE '1 %'"))
    await database.close()
    said = []
    await move(source_url, target_url, said.append)
    assert any("Going on at" in line for line in said)
    assert any("beginning anew" in line for line in said)
    assert await contents(target_url) == await contents(source_url)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_killed_again_and_again_it_ends_with_every_row(source_url, target_url, tmp_path):
    await fill(source_url, examples(250, 20_000))
    dice = random.Random(seed := int.from_bytes(os.urandom(4)))
    print("seed", seed)
    variables = environment() | {"DATA_DIR": str(tmp_path), "DATABASE_URL": source_url}
    command = [sys.executable, "-m", "bot", "migrate-to", target_url]
    target = await Database.open(target_url)
    begun = None
    for _ in range(examples(1, 20)):
        async with BotProcess(command, variables, tmp_path) as process:
            before = begun
            while begun == before and process.running:
                async with target.read() as tx:
                    begun = await move_progress.progress_of(tx)
                await asyncio.sleep(0)
            await asyncio.sleep(dice.uniform(0, 0.05))
            await process.kill()
    async with target.read() as tx:
        assert await move_progress.progress_of(tx) is not None
    await target.close()
    async with BotProcess(command, variables, tmp_path) as process:
        assert await process.wait(300) == 0, process.output
    assert re.search(r"cases: \d+ rows, each the same in both", process.output)
    assert "Set DATABASE_URL" in process.output
    assert await contents(target_url) == await contents(source_url)
