"""Locks between processes: a file that one of them holds, and lets go however it ends."""

import asyncio
import errno
import os
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from bot.storage.errors import StorageError
from bot.storage.sqlite_files import path_of

_HELD = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}
_LOOK_AGAIN = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class HeldError(StorageError):
    """Another process has the lock."""


@contextmanager
def holding(lock: Path, held: str) -> Generator[None]:
    """Hold a lock until the end of the block. The system lets go of it if the process is killed.

    Args:
        lock: a file for this alone; it is made if need be and stays.
        held: the sentence for when another process has it.

    Raises:
        HeldError: if another process, or another block of this one, has it.
        StorageError: if there can be no lock in that folder.
    """
    try:
        descriptor = _open(lock)
    except OSError as failure:
        raise StorageError(
            f"The file {lock} cannot be made ({failure.strerror}): make the folder and the file "
            "writable for this user."
        ) from failure
    try:
        try:
            _take(descriptor)
        except OSError as failure:
            if failure.errno in _HELD:
                raise HeldError(held) from failure
            raise StorageError(
                f"The file {lock} cannot be locked ({failure.strerror}): keep the database on a "
                "disk of this machine."
            ) from failure
        yield
    finally:
        os.close(descriptor)


def _open(lock: Path) -> int:
    """The file of a lock; for reading where it is another user's, which is enough to lock it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        return os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        return os.open(lock, os.O_RDONLY)


@asynccontextmanager
async def sole_writer(url: str, wait: float = 0.0) -> AsyncGenerator[None]:
    """Be the only process that writes to a SQLite database, until the end of the block.

    SQLite before 3.51.3 can corrupt a database that two connections write at once, so whatever
    writes holds this. PostgreSQL has many writers and needs no such thing.

    Args:
        url: the database's address.
        wait: seconds to wait for another process.

    Raises:
        HeldError: if another process writes.
        StorageError: if there can be no lock in the database's folder.
    """
    path = path_of(url)
    if path is None:
        yield
        return
    lock = path.with_name(f"{path.name}.lock")
    held = (
        f"The bot, or a command that writes, is using the database {path}: stop it first, or wait "
        "until it has ended."
    )
    with ExitStack() as stack:
        looked = 0.0
        while True:
            try:
                stack.enter_context(holding(lock, held))
                break
            except HeldError:
                if looked >= wait:
                    raise
            looked += _LOOK_AGAIN
            await asyncio.sleep(_LOOK_AGAIN)
        yield
