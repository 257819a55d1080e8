"""A SQLite database as a file: copied whole while it is in use, examined, and put in place.

Everything here blocks; call it in a thread.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bot.storage.errors import StorageError, explain, explain_file
from bot.storage.files import sync, written_whole
from bot.storage.schema import HEAD, newer_schema

_WAIT_SECONDS = 10.0
_REVISION = re.compile(r"\d{4}")
_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database in use."""


def path_of(url: str) -> Path | None:
    """The file of a SQLite database; `None` for another engine or no address."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).resolve()


def copy(source: Path, target: Path) -> str:
    """Write a whole and checked copy of a database that may be in use, or nothing.

    It is written under another name first, and has its own when it is safe on the disk.

    Args:
        source: a database, which is only read.
        target: a file that does not exist yet, in a folder that does.

    Returns:
        The revision of its schema.

    Raises:
        StorageError: if there is no sound database of Casebook, or no place for the copy.
    """
    with written_whole(target) as partial:
        return _write_copy(source, partial)


def _write_copy(source: Path, partial: Path) -> str:
    partial.unlink(missing_ok=True)
    with _opened(source, "mode=rw") as database:
        database.execute("PRAGMA wal_autocheckpoint=0")
        revision = _revision(database, source)
        try:
            database.execute("VACUUM INTO ?", (str(partial),))
        except sqlite3.OperationalError as failure:
            if _is_sound(database):
                raise StorageError(explain_file(failure, partial)) from failure
            raise
    if examine(partial) != revision:
        raise StorageError(f"The copy of {source} is not of its schema {revision}: try again.")
    return revision


def examine(path: Path) -> str:
    """Read every page of a database.

    Returns:
        The revision of its schema.

    Raises:
        StorageError: if it is damaged or not Casebook's.
    """
    # A connection that may not write cannot tidy up behind itself, unless it uses no log at all.
    has_log = path.with_name(f"{path.name}-wal").exists()
    with _opened(path, "mode=ro" if has_log else "mode=ro&immutable=1") as database:
        revision = _revision(database, path)
        rows = database.execute("PRAGMA integrity_check(1)").fetchall()
        if rows != [("ok",)]:
            raise sqlite3.DatabaseError(f"malformed: {rows[0][0]}")
        if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise sqlite3.DatabaseError("malformed: a row refers to one that is gone")
    return revision


def put_in_place(new: Path, database: Path, kept: Path) -> bool:
    """Let a copy of another database take a database's place.

    Killed anywhere, it leaves one of them there, whole. The caller is the sole writer.

    Args:
        new: what to take the place; it stays where it is.
        database: where to; there need be nothing yet.
        kept: where the database so far is copied to, as it is.

    Returns:
        Whether there was a database so far.

    Raises:
        StorageError: if `new` is damaged, not Casebook's or of a newer schema; if another program
            has `database` open; if there is no room. `database` is as it was, then.
    """
    coming = database.with_name(f"{database.name}.restoring")
    revision = examine(new)
    if revision > HEAD:
        raise StorageError(newer_schema(revision, f"The file {new}"))
    try:
        coming.unlink(missing_ok=True)
        copy(new, coming)
        had = database.exists()
        if had:
            _fold_in(database)
            _keep(database, kept)
            _like(database, coming)
        for beside in _BESIDE:  # of a database that cannot be read; a copy is kept
            database.with_name(database.name + beside).unlink(missing_ok=True)
        coming.replace(database)
        sync(database.parent)
    except OSError as failure:
        raise StorageError(explain_file(failure, database)) from failure
    finally:
        with suppress(OSError):
            coming.unlink(missing_ok=True)
    return had


def _fold_in(database: Path) -> None:
    """Write what stands in the log into the database, which nobody else may have open."""
    with database.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return  # SQLite would delete its log
    try:
        with closing(sqlite3.connect(database, timeout=0.5)) as old:
            mode = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as failure:
        raise StorageError(explain(failure, str(database))) from failure
    except sqlite3.DatabaseError:
        return  # it is damaged, which may be why it is to be replaced
    if mode != "delete":
        raise StorageError(f"Another program has {database} open: end it, then try again.")


def _keep(database: Path, kept: Path) -> None:
    for beside in (*_BESIDE, ""):
        part = database.with_name(database.name + beside)
        if part.exists():
            partial = database.with_name(f"{database.name}.keeping")
            shutil.copyfile(part, partial)
            sync(partial)
            partial.replace(kept.with_name(kept.name + beside))
    sync(kept.parent)


def _like(old: Path, new: Path) -> None:
    """Give a file the owner and mode of another; root may restore for the user of the bot."""
    shutil.copymode(old, new)
    if hasattr(os, "chown"):
        found = old.stat()
        with suppress(PermissionError):
            os.chown(new, found.st_uid, found.st_gid)


@contextmanager
def _opened(path: Path, how: str) -> Generator[sqlite3.Connection]:
    """A connection; whatever SQLite says is a sentence."""
    if not path.is_file():
        raise StorageError(f"There is no file {path}: check the name.")
    address = f"{path.absolute().as_uri()}?{how}"
    try:
        opened = sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        with closing(opened) as connection:
            yield connection
    except sqlite3.Error as failure:
        raise StorageError(explain(failure, str(path))) from failure


def _revision(database: sqlite3.Connection, path: Path) -> str:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
    if {"alembic_version", "cases", "revisions"} <= names:
        row = database.execute("SELECT version_num FROM alembic_version").fetchone()
        if row and _REVISION.fullmatch(str(row[0])):
            return str(row[0])
    raise StorageError(f"The file {path} is not a database of Casebook: choose another file.")


def _is_sound(database: sqlite3.Connection) -> bool:
    try:
        return database.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
    except sqlite3.Error:
        return False
