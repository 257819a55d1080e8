"""Writing files so that they are there whole or not at all. Everything here blocks."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.storage.errors import StorageError, explain_file


@contextmanager
def written_whole(target: Path) -> Generator[Path]:
    """Give another name to write a file under; it has its own when it is safe on the disk.

    Args:
        target: a file that does not exist yet, in a folder that does.

    Raises:
        StorageError: if there is no place for it, or a file of that name by now; or whatever the
            block raises. Nothing of it stays then.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        yield partial
        sync(partial)
        if target.exists():
            raise StorageError(f"There is a file {target} already: choose another name.")
        partial.replace(target)
        sync(target.parent)
    except OSError as failure:
        raise StorageError(explain_file(failure, target)) from failure
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
