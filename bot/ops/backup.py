"""Backups: a numbered file each, checked, the newest few kept; and bringing one back."""

import asyncio
import datetime as dt
import logging
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.ops.rounds import Duty
from bot.services.moments import Clock, utc_now
from bot.storage import StorageError, postgresql_dumps, sqlite_files
from bot.storage.locks import HeldError, holding, sole_writer

_log = logging.getLogger(__name__)

_TIME = "%Y%m%dT%H%M%SZ"
_LOOK_AGAIN = 600.0
"""Seconds until it is looked again whether a backup is due."""


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """One backup in the folder.

    Attributes:
        number: grows with every backup, whatever the clock says.
        made_at: by the clock of that moment, UTC.
        path: the file.
    """

    number: int
    made_at: dt.datetime
    path: Path


class Backups:
    """The backups of one database in one folder. Whatever else is in the folder is left alone."""

    def __init__(self, url: str, folder: Path, keep: int, now: Clock = utc_now) -> None:
        """Take the database and the folder.

        Args:
            url: the database's address.
            folder: where the backups are; it is made if need be.
            keep: how many are kept, at least 1.
            now: the clock.
        """
        self._url = url
        self._folder = folder
        self._keep = keep
        self._now = now
        file = sqlite_files.path_of(url)
        self._name = file.stem if file else postgresql_dumps.name_of(url)
        self._ending = ".sqlite3" if file else ".dump"
        self._form = re.compile(
            rf"{re.escape(self._name)}-(\d{{5,}})-(\d{{8}}T\d{{6}}Z){re.escape(self._ending)}"
        )

    def all(self) -> list[Backup]:
        """Every backup, the oldest first.

        Raises:
            StorageError: if the folder cannot be read.
        """
        try:
            found = [self._form.fullmatch(path.name) for path in self._folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as failure:
            raise StorageError(
                f"The folder {self._folder} cannot be read ({failure.strerror}): make it readable "
                "for this user, or set BACKUP_DIR."
            ) from failure
        return sorted(_backup(match, self._folder) for match in found if match)

    def age(self) -> float | None:
        """Seconds since the newest backup was made; `None` if there is none that can be seen."""
        try:
            backups = self.all()
        except StorageError:
            return None
        return (self._now() - backups[-1].made_at).total_seconds() if backups else None

    def is_due(self, every: dt.timedelta) -> bool:
        """Whether the newest backup is older than that, or there is none.

        One that was made in the future was made by a clock that has been set back since, and says
        nothing of its age, so it counts as old; the one that is made then is numbered higher.
        """
        backups = self.all()
        if not backups:
            return True
        age = self._now() - backups[-1].made_at
        return age >= every or age < dt.timedelta(0)

    def make(self) -> Backup:
        """Make a backup and delete the oldest ones beyond those that are kept. Blocks.

        Raises:
            StorageError: if there is none; older ones are all kept then.
        """
        with self._one_at_a_time():
            return self._make()

    def make_if_due(self, every: dt.timedelta) -> Backup | None:
        """Make a backup if the newest one is older than that. Blocks.

        Returns:
            It; `None` if none was due, or another process is making one.
        """
        try:
            with self._one_at_a_time():
                return self._make() if self.is_due(every) else None
        except HeldError:
            return None

    def write_to(self, target: Path) -> None:
        """Make a backup in a file of its own, which is never deleted. Blocks.

        Raises:
            StorageError: if there is none, or there is a file of that name.
        """
        if target.exists():
            raise StorageError(f"There is a file {target} already: choose another name.")
        self._write(target.absolute())

    async def restore(self, file: Path) -> Path | None:
        """Let a backup take the database's place. The bot must have ended.

        Args:
            file: any backup, of this installation or another.

        Returns:
            Where the database so far is kept; `None` if there was none.

        Raises:
            StorageError: if nothing was changed, and why.
        """
        stamp = f"before-restore-{self._now():{_TIME}}"
        database = sqlite_files.path_of(self._url)
        if database is None:
            kept = _unused(self._folder / f"{self._name}-{stamp}{self._ending}")
            self._folder.mkdir(parents=True, exist_ok=True)
            had = await asyncio.to_thread(postgresql_dumps.load, self._url, file, kept)
            return kept if had else None
        kept = _unused(database.with_name(f"{database.name}.{stamp}"))
        async with sole_writer(self._url):
            had = await asyncio.to_thread(sqlite_files.put_in_place, file, database, kept)
        return kept if had else None

    def _one_at_a_time(self) -> AbstractContextManager[None]:
        lock = self._folder / f"{self._name}.backup.lock"
        return holding(lock, f"Another backup is being made in {self._folder}: wait until it is.")

    def _make(self) -> Backup:
        before = self.all()
        number = before[-1].number + 1 if before else 1
        made_at = self._now().replace(microsecond=0)
        name = f"{self._name}-{number:05}-{made_at:{_TIME}}{self._ending}"
        self._clear_away()
        self._write(self._folder / name)
        for old in before[: len(before) + 1 - self._keep]:
            try:
                old.path.unlink()
            except OSError as failure:
                _log.warning("The old backup %s stays: %s", old.path, failure.strerror)
        return Backup(number, made_at, self._folder / name)

    def _clear_away(self) -> None:
        """Delete what a backup left that was killed; nobody else makes one now."""
        for path in self._folder.glob("*.partial"):
            if self._form.fullmatch(path.stem):
                path.unlink(missing_ok=True)

    def _write(self, target: Path) -> None:
        file = sqlite_files.path_of(self._url)
        if file is None:
            postgresql_dumps.dump(self._url, target)
        else:
            sqlite_files.copy(file, target)


def backup_duty(backups: Backups, every: dt.timedelta) -> Duty:
    """What makes a backup whenever the newest one is old enough, also across restarts."""

    async def look() -> None:
        made = await asyncio.to_thread(backups.make_if_due, every)
        if made is not None:
            _log.info("Backup written and checked: %s", made.path)

    return Duty("The backup", _LOOK_AGAIN, look)


def _backup(match: re.Match[str], folder: Path) -> Backup:
    made_at = dt.datetime.strptime(match[2], _TIME).replace(tzinfo=dt.UTC)
    return Backup(int(match[1]), made_at, folder / match[0])


def _unused(path: Path) -> Path:
    """The path, or one like it that no file has."""
    names = (path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 100)))
    return next(name for name in names if not name.exists())
