"""A PostgreSQL database as a file, by PostgreSQL's own programs.

Everything here blocks; call it in a thread. A password goes to the programs by their environment,
never by the command line, which every user of the machine can read.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bot.storage.errors import StorageError
from bot.storage.files import written_whole
from bot.storage.schema import HEAD, newer_schema
from bot.storage.tables import metadata

_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
_REVISION = re.compile(r"^(\d{4})$", re.MULTILINE)
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE public (\w+) ", re.MULTILINE)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_STORED = "SELECT version_num FROM alembic_version"
_IS_THERE = "SELECT to_regclass('alembic_version') IS NOT NULL"


def name_of(url: str) -> str:
    """The name of the database at an address."""
    return re.sub(r"\W", "_", sa.make_url(url).database or "casebook")


def dump(url: str, target: Path) -> str:
    """Write a whole and checked dump of a database that may be in use, or nothing.

    Args:
        url: the database's address.
        target: a file that does not exist yet, in a folder that does.

    Returns:
        The revision of its schema.

    Raises:
        StorageError: if a program is missing or says no, or there is no place for the dump.
    """
    what = ("--format=custom", "--no-owner", "--no-privileges", "--no-password")
    with written_whole(target) as partial:
        _run("pg_dump", *what, f"--file={partial}", url=url)
        return examine(partial)


def examine(path: Path) -> str:
    """Read the whole of a dump.

    Returns:
        The revision of its schema.

    Raises:
        StorageError: if it is damaged or not Casebook's.
    """
    if not path.is_file():
        raise StorageError(f"There is no file {path}: check the name.")
    _run("pg_restore", f"--file={os.devnull}", str(path))
    if {"alembic_version", "cases", "revisions"} <= set(_tables(path)):
        only = ("--data-only", "--table=alembic_version", "--file=-")
        found = _REVISION.search(_run("pg_restore", *only, str(path)))
        if found:
            return found[1]
    raise StorageError(f"The file {path} is not a dump of Casebook's: choose another file.")


def _tables(path: Path) -> list[str]:
    return _TABLE.findall(_run("pg_restore", "--list", str(path)))


def load(url: str, new: Path, kept: Path) -> bool:
    """Let what is in a dump take the place of what is in a database, in one transaction.

    Args:
        url: the database's address.
        new: a dump.
        kept: where the content so far is dumped to.

    Returns:
        Whether there was any content, and so a file `kept`.

    Raises:
        StorageError: if the dump is damaged, not Casebook's or of a newer schema; if somebody is
            connected to the database; if a program is missing or says no. Nothing is changed then.
    """
    revision = examine(new)
    if revision > HEAD:
        raise StorageError(newer_schema(revision, f"The file {new}"))
    others = _ask(url, _OTHERS)
    if others != "0":
        raise StorageError(
            f"{others} connections to the database are open: stop the bot and every other program "
            "that uses it first."
        )
    had_content = _ask(url, _IS_THERE) == "t"
    if had_content:
        stored = _ask(url, _STORED)
        if stored > HEAD:
            raise StorageError(
                f"The database is of a newer schema ({stored}, this version knows {HEAD}): restore "
                "with the version that made it, then install the older one."
            )
        dump(url, kept)
    names = sorted({*metadata.tables, *_tables(new), "alembic_version"})
    dropping = f"DROP TABLE IF EXISTS {', '.join(names)} CASCADE"
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(new))
        _psql(url, "--single-transaction", "-c", dropping, "-f", str(script))
    return had_content


def _ask(url: str, query: str) -> str:
    return _psql(url, "-A", "-t", "-c", query).strip()


def _psql(url: str, *arguments: str) -> str:
    return _run("psql", "-X", "-q", "--no-password", "-v", "ON_ERROR_STOP=1", *arguments, url=url)


def _run(program: str, *arguments: str, url: str | None = None) -> str:
    """Run a program of PostgreSQL's and give what it prints.

    Raises:
        StorageError: if it is not installed, or with the end of what it says.
    """
    found = shutil.which(program)
    if found is None:
        raise StorageError(
            f"PostgreSQL is backed up by its own program {program}, which is not installed: "
            "install it in the server's version or newer (Debian, Ubuntu: apt install "
            "postgresql-client), or set BACKUP_EVERY=off and back the server up yourself."
        )
    done = subprocess.run(  # noqa: S603 - our arguments, no shell
        [found, *arguments], env=_environment(url), capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = next((line for line in said if "error" in line.lower()), *said[-1:] or [program])
        raise StorageError(f"{reason.rstrip('.')}. Nothing was changed; mend that and try again.")
    return done.stdout.decode(errors="replace")


def _environment(url: str | None) -> dict[str, str]:
    """What a program may know: nothing of the bot's own, and where the database is."""
    kept = {n: v for n, v in os.environ.items() if n in _KEPT or n.startswith("PG")}
    if url is None:
        return kept
    parsed = sa.make_url(url)
    host, port = parsed.host, parsed.port
    hosts = parsed.query.get("host")
    if host is None and isinstance(hosts, str):
        host = hosts
    tls = parsed.query.get("ssl")
    said = {
        "PGHOST": host,
        "PGPORT": None if port is None else str(port),
        "PGUSER": parsed.username,
        "PGDATABASE": parsed.database,
        "PGPASSWORD": None if parsed.password is None else str(parsed.password),
        "PGSSLMODE": tls if isinstance(tls, str) else None,
    }
    return {**kept, **{name: value for name, value in said.items() if value}}
