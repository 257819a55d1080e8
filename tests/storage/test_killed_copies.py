"""Killed at any step, a restore leaves the old or the new database, a backup all there were."""

import json
import subprocess
import sys

from tests.standin.process import REPOSITORY


def test_a_kill_at_any_step_of_a_backup_or_restore_loses_nothing(tmp_path):
    command = [sys.executable, "-m", "tests.storage.killed_copies", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    restores = [line for line in lines if "restore" in line]
    backups = [line for line in lines if "backup" in line]
    assert len(restores) > 15
    assert len(backups) > 8

    found = [line["found"] for line in restores]
    first_new = found.index("new")
    assert found == ["old"] * first_new + ["new"] * (len(found) - first_new)
    assert 0 < first_new < len(found) - 1
    assert not restores[-1]["killed"]
    assert all(set(each["left"]) <= {"again", "casebook", "kept", "new"} for each in restores)

    assert {line["found"] for line in backups} == {2, 3}
    assert not backups[-1]["killed"]
    assert all(each["left"] == [".lock", ".sqlite3", ".sqlite3"] for each in backups)
