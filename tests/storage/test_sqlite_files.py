"""Copies of a SQLite database in use, and one that takes a database's place."""

import sqlite3
from contextlib import closing

import pytest

from bot.storage import Database, StorageError, meta, schema
from bot.storage.sqlite_files import copy, examine, path_of, put_in_place


async def _filled(path, value):
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    async with database.write() as tx:
        await meta.put(tx, "a", value)
    return database


def _value(path):
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return opened.execute("SELECT value FROM meta WHERE key = 'a'").fetchone()[0]


@pytest.fixture
async def live(tmp_path):
    database = await _filled(tmp_path / "live.sqlite3", "1")
    yield database
    await database.close()


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_only_sqlite_has_a_path(tmp_path):
    assert path_of(f"sqlite+aiosqlite:///{tmp_path}/a.db") == tmp_path / "a.db"
    assert path_of("postgresql+asyncpg://a@b/c") is None
    assert path_of("nonsense") is None
    assert path_of("sqlite+aiosqlite://") is None


async def test_a_copy_has_what_is_committed_and_not_what_is_not(tmp_path, live):
    async with live.write() as tx:
        await meta.put(tx, "a", "2")
        assert copy(tmp_path / "live.sqlite3", tmp_path / "copy") == schema.HEAD
    assert _value(tmp_path / "copy") == "1"
    assert copy(tmp_path / "live.sqlite3", tmp_path / "later") == schema.HEAD
    assert _value(tmp_path / "later") == "2"
    assert not [name for name in _names(tmp_path) if "partial" in name]


async def test_a_copy_never_takes_a_files_place(tmp_path, live):
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(StorageError, match="choose another name"):
        copy(tmp_path / "live.sqlite3", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


async def test_what_keeps_a_copy_from_being_made_is_said(tmp_path, live):
    source = tmp_path / "live.sqlite3"
    before = _names(tmp_path)
    with pytest.raises(StorageError, match=r"nowhere/copy\S* cannot be written"):
        copy(source, tmp_path / "nowhere" / "copy")
    with pytest.raises(StorageError, match="There is no file"):
        copy(tmp_path / "missing", tmp_path / "copy")
    assert _names(tmp_path) == before


@pytest.mark.parametrize("kind", ["empty", "text", "foreign", "pages", "newer", "references"])
async def test_a_file_that_must_not_be_restored_is_refused_and_nothing_is_changed(tmp_path, kind):
    for name in ("old", "new"):
        await (await _filled(tmp_path / name, name)).close()
    new = tmp_path / "new"
    words = _spoil(new, kind)
    before = _names(tmp_path)
    with pytest.raises(StorageError, match=words) as caught:
        put_in_place(new, tmp_path / "old", tmp_path / "kept")
    assert "\n" not in str(caught.value)
    assert _value(tmp_path / "old") == "old"
    assert _names(tmp_path) == before


def _spoil(path, kind):
    match kind:
        case "empty":
            path.write_bytes(b"")
            return "not a database of Casebook"
        case "text":
            path.write_bytes(b"this is a letter " * 1000)
            return "not a database"
        case "pages":
            data = bytearray(path.read_bytes())
            data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
            path.write_bytes(data)
            return "restore a backup"
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        match kind:
            case "foreign":
                opened.execute("DROP TABLE alembic_version")
                return "not a database of Casebook"
            case "newer":
                opened.execute("UPDATE alembic_version SET version_num = '9999'")
                return r"newer version of Casebook \(schema 9999"
            case _:
                opened.execute("INSERT INTO hidden_cases VALUES (5, 'gone')")
                return "a row refers to one that is gone"


async def test_a_database_takes_anothers_place_and_that_one_is_kept(tmp_path):
    (tmp_path / "data").mkdir()
    old = tmp_path / "data" / "casebook.sqlite3"
    await (await _filled(tmp_path / "new", "new")).close()
    database = await _filled(old, "old")
    with pytest.raises(StorageError, match="another program holds it"):
        put_in_place(tmp_path / "new", old, tmp_path / "data" / "kept")
    await database.close()
    assert _value(old) == "old"

    old.chmod(0o640)
    assert put_in_place(tmp_path / "new", old, tmp_path / "data" / "kept")
    assert (_value(old), _value(tmp_path / "data" / "kept")) == ("new", "old")
    assert old.stat().st_mode & 0o777 == 0o640
    assert _names(tmp_path / "data") == ["casebook.sqlite3", "kept"]
    assert _value(tmp_path / "new") == "new"


async def test_what_a_killed_bot_left_in_the_log_is_kept(tmp_path):
    old, killed = tmp_path / "old", tmp_path / "killed"
    await (await _filled(tmp_path / "new", "new")).close()
    database = await _filled(old, "in the log")
    for ending in ("", "-wal"):
        (tmp_path / f"killed{ending}").write_bytes((tmp_path / f"old{ending}").read_bytes())
    await database.close()
    assert put_in_place(tmp_path / "new", killed, tmp_path / "kept")
    assert (_value(killed), _value(tmp_path / "kept")) == ("new", "in the log")


async def test_a_damaged_database_is_kept_with_its_log_and_replaced(tmp_path):
    await (await _filled(tmp_path / "new", "new")).close()
    old = tmp_path / "old"
    old.write_bytes(b"garbage" * 1000)
    (tmp_path / "old-wal").write_bytes(b"log")
    assert put_in_place(tmp_path / "new", old, tmp_path / "kept")
    assert _value(old) == "new"
    assert (tmp_path / "kept").read_bytes() == b"garbage" * 1000
    assert (tmp_path / "kept-wal").read_bytes() == b"log"


async def test_where_there_was_nothing_nothing_is_kept(tmp_path):
    await (await _filled(tmp_path / "new", "new")).close()
    (tmp_path / "data").mkdir()
    assert not put_in_place(tmp_path / "new", tmp_path / "data" / "db", tmp_path / "kept")
    assert _value(tmp_path / "data" / "db") == "new"
    assert not (tmp_path / "kept").exists()


async def test_every_page_is_examined(tmp_path):
    path = tmp_path / "a"
    await (await _filled(path, "1")).close()
    assert examine(path) == schema.HEAD
    size = 4096
    data = path.read_bytes()
    found = 0
    for page in range(1, len(data) // size):
        spoilt = bytearray(data)
        spoilt[page * size : page * size + 16] = b"\xff" * 16
        path.write_bytes(spoilt)
        with pytest.raises(StorageError, match="restore a backup"):
            examine(path)
        found += 1
    assert found > 20
