"""Examining the database, its disk and its backups."""

import asyncio
import datetime as dt
import shutil
from collections.abc import Iterable
from pathlib import Path

from bot.domain.doctor import StorageFacts
from bot.ops.backup import Backups
from bot.storage import Database, StorageError, schema, sqlite_files


class StorageDoctor:
    """Examines what an installation keeps. It changes nothing."""

    def __init__(
        self,
        url: str,
        folders: Iterable[Path],
        backups: Backups,
        backup_every: dt.timedelta | None,
    ) -> None:
        """Take what to examine.

        Args:
            url: the database's address.
            folders: where room is needed.
            backups: of that database.
            backup_every: how often the bot makes one; `None`: never.
        """
        self._url = url
        self._folders = tuple(folders)
        self._backups = backups
        self._every = backup_every

    async def examine_running(self, database: Database) -> StorageFacts:
        """What can be told at once, of the database that the bot has open."""
        try:
            async with database.read() as tx:
                found = await schema.stored_revision(tx)
        except StorageError as failure:
            return await self._facts(database.place, None, str(failure))
        return await self._facts(database.place, found, "")

    async def examine(self) -> StorageFacts:
        """Read the whole database, beside a running bot or without one."""
        path = sqlite_files.path_of(self._url)
        found, trouble = None, ""
        try:
            if path is None:
                database = await Database.open(self._url, only_reads=True)
                await database.close()
                found = schema.HEAD
            elif path.exists():
                found = await asyncio.to_thread(sqlite_files.examine, path)
        except StorageError as failure:
            trouble = str(failure)
        return await self._facts(str(path or _without_password(self._url)), found, trouble)

    async def _facts(self, place: str, found: str | None, trouble: str) -> StorageFacts:
        return await asyncio.to_thread(self._look, place, found, trouble)

    def _look(self, place: str, found: str | None, trouble: str) -> StorageFacts:
        path = sqlite_files.path_of(self._url)
        age = self._backups.age()
        return StorageFacts(
            place=place,
            newest_schema=schema.HEAD,
            trouble=trouble.rstrip("."),
            schema=found,
            size=_size(path),
            log_size=_size(path.with_name(f"{path.name}-wal") if path else None),
            free=_free(self._folders),
            backup_every=self._every,
            backup_age=None if age is None else dt.timedelta(seconds=age),
        )


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0


def _free(folders: Iterable[Path]) -> dict[Path, int]:
    """The bytes that are free, once for each disk."""
    found: dict[Path, int] = {}
    disks: set[int] = set()
    for folder in folders:
        there = next((each for each in (folder, *folder.parents) if each.exists()), None)
        if there is not None and there.stat().st_dev not in disks:
            disks.add(there.stat().st_dev)
            found[folder] = shutil.disk_usage(there).free
    return found
