"""Killed at random points of add, edit, import and undo, nothing is half there."""

import json
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.records import PUBLIC
from bot.services.catalogue import Catalogue
from bot.storage import Database
from tests.services.busy_editor import IMPORTED
from tests.services.conftest import Desk, manager
from tests.strategies import examples

ROOT = Path(__file__).parents[2]
SEED = random.SystemRandom().randrange(10**6)


def _run_until_killed(url: str, seed: int, lines: int) -> list[dict]:
    """Start the editor, kill it after so many lines, and give all that it had written."""
    command = [sys.executable, "-m", "tests.services.busy_editor", url, str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        read = []
        while len(read) < lines:
            line = process.stdout.readline()
            assert line, f"the editor ended by itself (seed {seed})"
            if json.loads(line) != {"ready": True} or read:
                read.append(line)
        process.kill()
        rest = process.stdout.read().splitlines()
    whole = [line for line in rest if line.endswith("}")]
    return [json.loads(line) for line in (*read, *whole)]


class Promises:
    """What the editor was told is stored, over all its lives."""

    def __init__(self) -> None:
        self.drafts: dict[str, dict] = {}
        self.in_doubt: str | None = None
        self.revisions: dict[str, int] = {}
        self.imports: dict[str, bool] = {}

    def hear(self, said: list[dict]) -> None:
        for words in said:
            match words:
                case {"draft": draft_id, "fields": fields}:
                    self.drafts[draft_id] = fields
                    self.in_doubt = None
                case {"publishing": draft_id} | {"discarding": draft_id}:
                    self.in_doubt = draft_id
                case {"published": draft_id, "case": case_id, "revision": number}:
                    self.drafts.pop(draft_id, None)  # it may have been stored untold
                    self.in_doubt = None
                    self.revisions[case_id] = number
                case {"discarded": draft_id}:
                    self.drafts.pop(draft_id, None)  # it may have been stored untold
                    self.in_doubt = None
                case {"undone": case_id, "revision": number}:
                    self.revisions[case_id] = number
                case {"importing": name}:
                    self.imports[name] = False
                case {"imported": name}:
                    self.imports[name] = True


async def _check(database: Database, promises: Promises) -> None:
    desk = Desk(database, await Catalogue.load(database))
    assert await desk.agrees()
    drafts = {draft.id: draft for draft in await desk.drafting.drafts(manager())}
    last = next(reversed(promises.drafts), None)
    for draft_id, fields in [*promises.drafts.items()]:
        if draft_id in drafts:
            # The last step of this life may have been stored without being told of.
            stored = drafts[draft_id].fields
            told = {name: stored.get(name) for name in fields}
            assert told == fields or draft_id == last
            promises.drafts[draft_id] = stored
        else:
            assert draft_id == promises.in_doubt
            del promises.drafts[draft_id]
    promises.in_doubt = None
    for case_id, number in promises.revisions.items():
        assert (await desk.stored(case_id)).record.revision >= number
    known = [record.case().slug for record in desk.catalogue.records(PUBLIC)]
    known += [record.case().slug for record in desk.catalogue._state.withdrawn.values()]
    for name, promised in promises.imports.items():
        there = sum(slug.startswith(f"i-{name}-") for slug in known)
        assert there == IMPORTED or (there == 0 and not promised), name


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("installation", range(examples(1, 20)))
async def test_a_killed_editor_leaves_whole_revisions_and_every_draft(
    engine, database_url, installation
):
    seed = SEED + 1000 * installation
    chance = random.Random(seed)
    promises = Promises()
    print(f"seed {seed}")
    for life in range(examples(4 if engine == "sqlite" else 2, 10)):
        said = _run_until_killed(database_url, seed + life, chance.randrange(1, 500))
        promises.hear(said)
        if engine == "sqlite":
            file = sqlite3.connect(database_url.partition(":///")[2])
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
            file.close()
        database = await Database.open(database_url)
        await _check(database, promises)
        await database.close()
    assert promises.revisions
