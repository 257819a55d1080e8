import asyncio
import datetime as dt
import sqlite3
import subprocess
import sys
import textwrap
import traceback

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import sqlite

from bot.storage import Database, StorageError, cases, meta, schema, tables
from bot.storage.columns import Moment
from tests.databases import (
    ENGINES,
    missing_postgresql,
    new_postgresql_database,
    postgresql_server,
    postgresql_url,
)


def _url(path):
    return f"sqlite+aiosqlite:///{path}"


async def test_what_is_committed_is_read_and_survives(database, database_url):
    async with database.write() as tx:
        await meta.put(tx, "a", "1")
        await meta.put(tx, "a", "2")
    async with database.read() as tx:
        assert await meta.get(tx, "a") == "2"
        assert await meta.get(tx, "b") is None
    again = await Database.open(database_url)
    async with again.read() as tx:
        assert await meta.get(tx, "a") == "2"
    await again.close()


async def test_an_exception_rolls_back_and_the_next_writer_goes_on(database):
    async def fail():
        async with database.write() as tx:
            await meta.put(tx, "a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.write() as tx:
        await meta.put(tx, "b", "1")
    async with database.read() as tx:
        assert await meta.get(tx, "a") is None
        assert await meta.get(tx, "b") == "1"


async def test_a_cancelled_writer_leaves_nothing_and_blocks_nobody(database):
    begun = asyncio.Event()

    async def write():
        async with database.write() as tx:
            await meta.put(tx, "a", "1")
            begun.set()
            await asyncio.Event().wait()

    for _ in range(3):
        begun.clear()
        task = asyncio.create_task(write())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with database.write() as tx:
        assert await meta.get(tx, "a") is None
        await meta.put(tx, "a", "2")


async def test_readers_do_not_see_or_wait_for_an_open_write(database):
    async with database.write() as tx:
        await meta.put(tx, "a", "1")
        async with database.read() as reading:
            assert await meta.get(reading, "a") is None


async def test_a_refused_statement_is_a_storage_error(database):
    with pytest.raises(StorageError, match=r"^The database .* cannot be used") as caught:
        async with database.write() as tx:
            await tx.execute(sa.insert(tables.meta).values(key="a"))
    assert "\n" not in str(caught.value)


async def test_what_people_typed_is_in_no_traceback(database):
    typed = "what somebody typed"

    async def fail():
        async with database.write() as tx:
            nowhere = sa.table("nowhere", sa.column("key"))
            await tx.execute(sa.insert(nowhere).values(key=typed))

    with pytest.raises(StorageError) as caught:
        await fail()
    written = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO nowhere" in written
    assert typed not in written


async def test_many_writers_at_once_lose_nothing(database):
    async def count():
        async with database.write() as tx:
            await cases.lock(tx)
            number = int(await meta.get(tx, "n") or 0)
            await meta.put(tx, "n", str(number + 1))
            await cases.advance_revision(tx)

    await asyncio.gather(*(count() for _ in range(100)))
    async with database.read() as tx:
        assert await meta.get(tx, "n") == "100"
        assert await cases.catalogue_revision(tx) == 100


async def test_the_schema_is_the_one_the_tables_say(database):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, tables.metadata)

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []


def _made(connection):
    """What a database says of its tables, in whatever order, and what is in them."""
    inspector = sa.inspect(connection)
    found = {}
    for name in inspector.get_table_names():
        columns = {
            column["name"]: {**column, "type": str(column["type"]), "name": None}
            for column in inspector.get_columns(name)
        }
        rest = {
            str(part)
            for parts in (
                inspector.get_indexes(name),
                inspector.get_unique_constraints(name),
                inspector.get_foreign_keys(name),
                inspector.get_check_constraints(name),
            )
            for part in parts
        }
        table = sa.table(name, *map(sa.column, sorted(columns)))
        rows = [tuple(row) for row in connection.execute(sa.select(table))]
        key, options = inspector.get_pk_constraint(name), inspector.get_table_options(name)
        found[name] = (columns, rest, key, options, rows)
    return found


@pytest.mark.parametrize("kind", ENGINES)
async def test_a_new_database_is_as_the_migrations_make_it(kind, request, tmp_path, monkeypatch):
    async def make(name):
        if kind == "sqlite":
            url = _url(tmp_path / name)
        else:
            url = await new_postgresql_database(request.getfixturevalue("postgresql"))
        database = await Database.open(url)
        async with database.read() as tx:
            found = await tx.run_sync(_made)
        await database.close()
        return found

    at_once = await make("at_once")
    monkeypatch.setattr(schema, "_create", schema._upgrade)
    assert at_once == await make("migrated")
    assert at_once.keys() == {*tables.metadata.tables, "alembic_version"}


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_columns_have_only_the_types_that_strict_tables_know():
    for table in tables.metadata.tables.values():
        assert table.dialect_options["sqlite"]["strict"], table.name
        for column in table.columns:
            name = column.type.compile(sqlite.dialect())
            assert name in {"TEXT", "INTEGER", "REAL", "BLOB"}, column


async def test_sqlite_is_set_up_as_intended(tmp_path):
    database = await Database.open(_url(tmp_path / "a.sqlite3"))
    expected_of_both = {"journal_mode": "wal", "busy_timeout": 5000}
    async with database.write() as tx:
        for name, value in (expected_of_both | {"foreign_keys": 1, "synchronous": 2}).items():
            assert await tx.scalar(sa.text(f"PRAGMA {name}")) == value
    async with database.read() as tx:
        for name, value in (expected_of_both | {"wal_autocheckpoint": 0, "query_only": 1}).items():
            assert await tx.scalar(sa.text(f"PRAGMA {name}")) == value
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            await tx.execute(sa.text("DELETE FROM meta"))
    await database.close()
    # Everything is closed: the last connection has folded the write-ahead log in.
    assert {path.name for path in tmp_path.iterdir()} == {"a.sqlite3"}


def test_a_start_without_a_migration_imports_neither_alembic_nor_the_orm(tmp_path):
    program = textwrap.dedent(f"""
        import asyncio, sys
        import bot.app
        from bot.storage import Database
        async def main():
            database = await Database.open("{_url(tmp_path / "a.sqlite3")}")
            await database.close()
        asyncio.run(main())
        print("alembic" in sys.modules, "sqlalchemy.orm" in sys.modules)
    """)
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [run.stdout.strip() for run in runs] == ["False False"] * 2


async def test_two_processes_may_start_on_an_empty_postgresql(postgresql):
    url = await new_postgresql_database(postgresql)
    for database in await asyncio.gather(Database.open(url), Database.open(url)):
        await database.close()


async def test_a_database_of_a_newer_version_is_refused(database, database_url):
    async with database.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"newer version of Casebook \(schema 9999"):
        await Database.open(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://x/y",
        "sqlite+aiosqlite://",
        "sqlite:///x",
        "postgresql+asyncpg://a:b:c/",
    ],
)
async def test_a_wrong_address_is_said(url):
    with pytest.raises(StorageError, match="DATABASE_URL"):
        await Database.open(url)


async def test_a_password_is_never_said():
    url = "postgresql+asyncpg://someone:s3cret@127.0.0.1:1/casebook"
    with pytest.raises(StorageError, match="start the database server") as caught:
        await Database.open(url)
    assert "s3cret" not in str(caught.value)


async def test_a_missing_postgresql_database_is_said(postgresql):
    url = f"postgresql+asyncpg://postgres@/nowhere?host={postgresql}"
    with pytest.raises(StorageError, match="make that database first"):
        await Database.open(url)


async def test_a_server_that_went_away_is_said():
    if reason := missing_postgresql():
        pytest.skip(reason)
    with postgresql_server() as socket:
        database = await Database.open(postgresql_url(socket, "postgres"))
        async with database.read() as tx:
            assert await meta.get(tx, "a") is None
    for session in (database.read, database.write):
        with pytest.raises(StorageError, match="start the database server"):
            async with session():
                pass
    await database.close()


async def test_an_unusable_folder_or_file_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.sqlite3").mkdir()
    (tmp_path / "junk.sqlite3").write_bytes(b"this is not a database" * 1000)
    for path, words in {
        tmp_path / "file" / "sub" / "a.sqlite3": "cannot be made",
        tmp_path / "folder.sqlite3": "check that DATA_DIR",
        tmp_path / "junk.sqlite3": "restore a backup",
    }.items():
        with pytest.raises(StorageError, match=words) as caught:
            await Database.open(_url(path))
        assert "\n" not in str(caught.value)


async def test_a_file_that_breaks_later_is_said(tmp_path):
    path = tmp_path / "a.sqlite3"
    database = await Database.open(_url(path))
    await database.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StorageError, match="restore a backup"):
        await Database.open(_url(path))


async def test_a_commit_that_is_refused_leaves_nothing_and_blocks_nobody(tmp_path):
    database = await Database.open(_url(tmp_path / "a.sqlite3"))
    orphan = {
        "case_id": "none",
        "content_hash": "",
        "document": b"",
        "received_at": dt.datetime.now(dt.UTC),
    }

    async def be_refused():
        async with database.write() as tx:
            await tx.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            await meta.put(tx, "a", "1")
            await tx.execute(sa.insert(tables.shipped_updates), orphan)

    with pytest.raises(StorageError, match="FOREIGN KEY"):
        await be_refused()
    async with database.write() as tx:
        assert await meta.get(tx, "a") is None
    await database.close()


async def test_another_program_that_holds_the_file_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.storage.database._BUSY_MS", 50)
    path = tmp_path / "a.sqlite3"
    database = await Database.open(_url(path))
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="another program holds it"):
        async with database.write() as tx:
            await meta.put(tx, "a", "1")
    other.close()
    async with database.write() as tx:
        await meta.put(tx, "a", "1")
    await database.close()


def test_a_moment_is_whole_milliseconds_in_utc():
    dialect = sa.create_mock_engine("sqlite://", lambda *_: None).dialect
    moment = dt.datetime(2026, 11, 25, 7, 0, 0, 123456, dt.timezone(dt.timedelta(hours=8)))
    stored = Moment().process_bind_param(moment, dialect)
    assert stored == 1795561200123
    back = Moment().process_result_value(stored, dialect)
    assert back == moment.replace(microsecond=123000)
    assert back.tzinfo is dt.UTC
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(moment.replace(tzinfo=None), dialect)
