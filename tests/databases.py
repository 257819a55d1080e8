"""A real, empty database of either engine, for the tests of storage and services.

PostgreSQL is started from the system's own programs, once in a test process, and only listens on a
socket in its folder. It refuses to run as root, so then it runs as the system's `postgres` user.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from bot.storage import Database, schema, tables

ENGINES = ("sqlite", "postgresql")
_SETTINGS = "-F -c listen_addresses= -c full_page_writes=off -c max_connections=60"
_SHARED = "casebook"
_numbers = count(1)


def _programs() -> Path | None:
    """The folder with pg_ctl and initdb."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parts[-2]))
    return folders[-1] if folders else None


def _owner() -> str | None:
    """The user that the server has to run as; `None` for the one that runs the tests.

    Raises:
        KeyError: if this is root and the system has no such user.
    """
    return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None


def missing_postgresql() -> str | None:
    """Why PostgreSQL cannot be tested here; `None` if it can."""
    if _programs() is None:
        return "pg_ctl is not installed (Debian, Ubuntu: apt install postgresql)"
    try:
        _owner()
    except KeyError:
        return "PostgreSQL refuses to run as root and there is no user postgres"
    return None


class Server:
    """A PostgreSQL server in a folder of its own, which can be stopped and started."""

    def __init__(self) -> None:
        programs = _programs()
        assert programs is not None
        self._programs = programs
        self._owner = _owner()
        self.socket = Path(tempfile.mkdtemp(prefix="casebook-pg-"))
        if self._owner:
            shutil.chown(self.socket, self._owner)

    def make(self) -> None:
        locale = ("-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-A", "trust", "-U", "postgres", *locale)

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-s", "-o", f"{_SETTINGS} -k {self.socket}")

    def stop(self, how: str = "fast") -> None:
        """Stop it as an administrator does (`fast`), or as a crash does (`immediate`)."""
        self._run("pg_ctl", "stop", "-m", how, "-s")

    def remove(self) -> None:
        shutil.rmtree(self.socket, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, "-D", self.socket / "data", *arguments]
        log = self.socket / "log"
        with log.open("ab") as output:
            done = subprocess.run(
                command,
                user=self._owner,
                cwd=self.socket,
                stdout=output,
                stderr=output,
                check=False,
            )
        assert done.returncode == 0, log.read_text(errors="replace")


@contextmanager
def own_postgresql_server() -> Iterator[Server]:
    """A running server; it is gone afterwards."""
    server = Server()
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        server.remove()


@contextmanager
def postgresql_server() -> Iterator[Path]:
    """A running server; gives the folder of its socket. It is gone afterwards."""
    with own_postgresql_server() as server:
        yield server.socket


def postgresql_url(socket: Path, name: str) -> str:
    return f"postgresql+asyncpg://postgres@/{name}?host={socket}"


async def _execute(socket: Path, database: str, statements: str) -> None:
    connection = await asyncpg.connect(host=str(socket), user="postgres", database=database)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def new_postgresql_database(socket: Path) -> str:
    """The address of a new and empty database."""
    name = f"test_{next(_numbers)}"
    await _execute(socket, "postgres", f"CREATE DATABASE {name}")
    return postgresql_url(socket, name)


async def _migrate(socket: Path) -> None:
    await _execute(socket, "postgres", f"CREATE DATABASE {_SHARED}")
    database = await Database.open(postgresql_url(socket, _SHARED))
    await database.close()


async def _empty(socket: Path) -> None:
    """Make the shared database as good as new: ten times as quick as making another one."""
    names = ", ".join(f'"{name}"' for name in tables.metadata.tables)
    await _execute(
        socket,
        _SHARED,
        f"TRUNCATE {names} RESTART IDENTITY CASCADE;"
        "INSERT INTO counters (name, value) VALUES ('catalogue', 0);"
        f"UPDATE alembic_version SET version_num = '{schema.HEAD}'",
    )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """The folder of a running server's socket."""
    if reason := missing_postgresql():
        pytest.skip(reason)
    with postgresql_server() as socket:
        with ThreadPoolExecutor(1) as thread:  # a loop may be running in this one
            thread.submit(asyncio.run, _migrate(socket)).result()
        yield socket


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


@pytest.fixture
async def database_url(engine, request, tmp_path) -> AsyncIterator[str]:
    """The address of a database of either engine, for one test."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}"
        return
    socket = request.getfixturevalue("postgresql")
    yield postgresql_url(socket, _SHARED)
    await _empty(socket)


@pytest.fixture
async def database(database_url):
    """An open database of either engine."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
