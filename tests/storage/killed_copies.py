"""Kills a backup and a restore with SIGKILL at each of their steps: `python -m … FOLDER`.

A step is whatever Python asks of the file system or of SQLite (audit events). Each is tried in a
forked process on files of its own. Prints a line of JSON for every kill, and one at the end of each
kind for the run that nothing killed.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from bot.ops.backup import Backups
from bot.storage import Database, meta
from bot.storage.sqlite_files import examine, put_in_place

_STEPS = ("open", "os.", "shutil.", "sqlite3.")


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def fill(path: Path, value: str, log_of: Path | None = None) -> None:
    """Make a database; `log_of` is what a killed bot would leave, with its log."""
    database = await Database.open(url(path))
    async with database.write() as tx:
        await meta.put(tx, "a", value)
    if log_of is not None:
        for ending in ("", "-wal"):
            shutil.copyfile(f"{path}{ending}", f"{log_of}{ending}")
    await database.close()


def value(path: Path) -> str:
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
        return opened.execute("SELECT value FROM meta WHERE key = 'a'").fetchone()[0]


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Do it in a forked process that is killed at a step; whether it got that far."""
    child = os.fork()
    if not child:
        seen = count()

        def watch(event: str, _: object) -> None:
            if event.startswith(_STEPS) and next(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        act()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def restores(folder: Path) -> None:
    for step in count():
        place = folder / f"restore-{step}"
        place.mkdir()
        for name in ("casebook", "casebook-wal", "new"):
            shutil.copyfile(folder / name, place / name)
        database, new = place / "casebook", place / "new"
        killed = killed_at(step, lambda d=database, n=new: put_in_place(n, d, d.with_name("kept")))
        found = value(database)
        put_in_place(new, database, place / "again")
        assert value(database) == "new"
        left = {path.name for path in place.iterdir()}
        print(json.dumps({"restore": step, "killed": killed, "found": found, "left": sorted(left)}))
        shutil.rmtree(place)
        if not killed:
            return


def backups(folder: Path) -> None:
    for step in count():
        place = folder / f"backup-{step}"
        shutil.copytree(folder, place, ignore=lambda *_: {p.name for p in folder.glob("*-*[0-9]")})
        kept = Backups(url(place / "casebook"), place / "backups", 2)
        kept.make()
        kept.make()
        killed = killed_at(step, kept.make)
        for each in kept.all():
            examine(each.path)
        found = len(kept.all())
        kept.make()
        assert value(place / "casebook") == "old"
        left = sorted(path.suffix for path in (place / "backups").iterdir())
        print(json.dumps({"backup": step, "killed": killed, "found": found, "left": left}))
        shutil.rmtree(place)
        if not killed:
            return


def main(folder: Path) -> None:
    asyncio.run(fill(folder / "old", "old", log_of=folder / "casebook"))
    asyncio.run(fill(folder / "new", "new"))
    restores(folder)
    backups(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
