"""Backups of both engines: numbered, checked, rotated, due by age; and brought back."""

import asyncio
import datetime as dt
import logging
import stat

import pytest
import sqlalchemy as sa

from bot.ops.backup import Backups, backup_duty
from bot.storage import Database, StorageError, meta, sqlite_files
from bot.storage.locks import holding, sole_writer
from tests.databases import new_postgresql_database

NIGHTLY = dt.timedelta(hours=24)
START = dt.datetime(2026, 11, 25, 3, 0, 0, 123, dt.UTC)


class Clock:
    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time

    def forward(self, **by):
        self.time += dt.timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
async def url(tmp_path):
    """A SQLite database of an installation that has ended."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}"
    await _put(url, "1")
    return url


async def _put(url, value):
    database = await Database.open(url)
    async with database.write() as tx:
        await meta.put(tx, "a", value)
    await database.close()


async def _get(url):
    database = await Database.open(url)
    async with database.read() as tx:
        value = await meta.get(tx, "a")
    await database.close()
    return value


async def test_a_backup_brings_back_what_was_there(
    database, database_url, engine, folder, clock, tmp_path
):
    backups = Backups(database_url, folder, 3, clock)
    async with database.write() as tx:
        await meta.put(tx, "a", "1")
    made = await asyncio.to_thread(backups.make)
    async with database.write() as tx:
        await meta.put(tx, "a", "2")
    file = tmp_path / "by-hand"
    await asyncio.to_thread(backups.write_to, file)
    async with database.write() as tx:
        await meta.put(tx, "a", "3")
    held = "another program holds it" if engine == "sqlite" else "stop the bot"
    with pytest.raises(StorageError, match=held):
        await backups.restore(made.path)
    await database.close()

    for source, value, before in ((made.path, "1", "3"), (file, "2", "1")):
        kept = await backups.restore(source)
        assert await _get(database_url) == value
        assert "before-restore" in kept.name
        await backups.restore(kept)
        assert await _get(database_url) == before
        await backups.restore(source)
    assert [each.path for each in backups.all()] == [made.path]
    assert made.path.name.endswith("-00001-20261125T030000Z" + made.path.suffix)


async def test_what_postgresql_cannot_take_is_refused(postgresql, folder, clock, tmp_path, url):
    address = await new_postgresql_database(postgresql)
    await _put(address, "old")
    backups = Backups(address, folder, 3, clock)
    made = await asyncio.to_thread(backups.make)
    whole = made.path.read_bytes()
    spoilt = {
        "half": (whole[: len(whole) // 2], "Nothing was changed"),
        "text": (b"a letter", "Nothing was changed"),
        "sqlite": (sqlite_files.path_of(url).read_bytes(), "Nothing was changed"),
    }
    for name, (data, words) in spoilt.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(StorageError, match=words):
            await backups.restore(tmp_path / name)
    database = await Database.open(address)
    async with database.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    newer = await asyncio.to_thread(backups.make)
    with pytest.raises(StorageError, match="newer"):
        await backups.restore(newer.path)
    with pytest.raises(StorageError, match="with the version that made it"):
        await backups.restore(made.path)
    assert len(backups.all()) == 2


async def test_a_backup_of_a_server_that_is_away_says_so_without_the_password(folder, clock):
    backups = Backups("postgresql+asyncpg://a:s3cret@127.0.0.1:1/casebook", folder, 3, clock)
    with pytest.raises(StorageError, match="refused") as caught:
        backups.make()
    assert "s3cret" not in str(caught.value)
    assert backups.all() == []


def test_the_password_is_in_no_command_line(folder, clock, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$0 $*; $PGPASSWORD; $DISCORD_TOKEN" > {seen}\nexit 1\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    with pytest.raises(StorageError):
        Backups("postgresql+asyncpg://a:s3cret@b/c", folder, 3, clock).make()
    arguments, password, token = seen.read_text().split(";")
    assert "s3cret" not in arguments
    assert (password.strip(), token.strip()) == ("s3cret", "")


def test_without_postgresqls_programs_it_says_what_to_install(folder, clock, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="apt install postgresql-client"):
        Backups("postgresql+asyncpg://a:s3cret@b/c", folder, 3, clock).make()


async def test_the_newest_are_kept_and_foreign_files_stay(url, folder, clock):
    folder.mkdir()
    foreign = [
        "notes.txt", "casebook.sqlite3", "casebook-1-20261125T030000Z.sqlite3",
        "casebook-00001-20261125T030000Z.sqlite3.gz", "other-00001-20261125T030000Z.sqlite3",
        "casebook-00001-20261125T030000Z.dump", "x.partial",
    ]  # fmt: skip
    for name in foreign:
        (folder / name).write_text("mine")
    (folder / "casebook-00001-20261124T030000Z.sqlite3.partial").write_text("of a killed one")
    backups = Backups(url, folder, 3, clock)
    for _ in range(5):
        backups.make()
        clock.forward(hours=24)
    assert [each.number for each in backups.all()] == [3, 4, 5]
    left = {path.name for path in folder.iterdir()} - {each.path.name for each in backups.all()}
    assert left == {*foreign, "casebook.backup.lock"}


async def test_a_failed_backup_deletes_nothing(url, folder, clock):
    backups = Backups(url, folder, 1, clock)
    first = backups.make()
    file = sqlite_files.path_of(url)
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(StorageError, match="restore a backup"):
        backups.make()
    assert backups.all() == [first]
    assert {path.name for path in folder.iterdir()} == {first.path.name, "casebook.backup.lock"}
    await backups.restore(first.path)
    assert await _get(url) == "1"


async def test_the_age_of_the_newest_decides_across_restarts(url, folder, clock):
    def once():
        return Backups(url, folder, 7, clock).make_if_due(NIGHTLY)

    assert once().number == 1
    assert once() is None
    clock.forward(hours=23, minutes=59)
    assert once() is None
    clock.forward(minutes=1)
    assert once().number == 2
    assert once() is None


async def test_a_clock_that_is_set_back_or_forward_makes_one_backup_more_and_loses_none(
    url, folder, clock
):
    backups = Backups(url, folder, 2, clock)
    backups.make()
    clock.forward(days=365)
    future = backups.make_if_due(NIGHTLY)
    assert backups.make_if_due(NIGHTLY) is None
    clock.forward(days=-365)
    after = backups.make_if_due(NIGHTLY)
    assert backups.all() == [future, after]
    assert backups.make_if_due(NIGHTLY) is None
    clock.forward(hours=24)
    last = backups.make_if_due(NIGHTLY)
    assert backups.all() == [after, last]


async def test_two_at_once_make_one(url, folder, clock):
    backups = Backups(url, folder, 7, clock)
    folder.mkdir()
    with holding(folder / "casebook.backup.lock", "held"):
        assert backups.make_if_due(NIGHTLY) is None
        with pytest.raises(StorageError, match="Another backup is being made"):
            backups.make()
    assert backups.all() == []


async def test_nothing_is_restored_beside_one_that_writes(url, folder, clock):
    backups = Backups(url, folder, 7, clock)
    made = backups.make()
    async with sole_writer(url):
        with pytest.raises(StorageError, match="stop it first"):
            await backups.restore(made.path)


async def test_the_duty_backs_up_and_says_what_is_wrong(url, folder, clock, caplog):
    duty = backup_duty(Backups(url, folder, 7, clock), NIGHTLY)
    with caplog.at_level(logging.INFO):
        await duty.do()
    assert "Backup written and checked" in caplog.text
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a file")
    with pytest.raises(StorageError, match="cannot be made"):
        await duty.do()


async def test_the_age_is_the_newest_ones(url, folder, clock):
    backups = Backups(url, folder, 3, clock)
    assert backups.age() is None
    await asyncio.to_thread(backups.make)
    clock.forward(hours=2)
    await asyncio.to_thread(backups.make)
    clock.forward(hours=1)
    assert backups.age() == pytest.approx(3600, abs=1)
