import os
import re
from pathlib import Path

import pytest

from bot.app import _backup_duties
from bot.settings import CannotStartError, Settings, load_settings

ROOT = Path(__file__).parents[2]
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working folder without .env, and an environment without our settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


def problems(**environment):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(CannotStartError) as caught:
            load_settings(needs_token=True)
    return caught.value.problems


def test_the_example_names_every_setting_once_and_explains_it():
    text = (ROOT / ".env.example").read_text("utf-8")
    names = re.findall(r"^([A-Z_]+)=", text, flags=re.MULTILINE)
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)
    paragraphs = [part for part in text.split("\n\n") if "=" in part.splitlines()[-1]]
    assert len(paragraphs) == len(names)
    assert all(paragraph.startswith("# ") for paragraph in paragraphs)


def test_the_example_as_it_is_only_lacks_the_token(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text("utf-8"), "utf-8")
    (problem,) = problems()
    assert "DISCORD_TOKEN is missing" in problem


def test_only_the_token_is_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    settings = load_settings(needs_token=True)
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path / 'data' / 'casebook.sqlite3'}"
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    "token", ["hello", '"a.b.c"', "Bot a.b.c", "a.b", "a b.c.d", "your-token-here", "ä.b.c"]
)
def test_a_malformed_token_is_named_without_being_shown(token):
    (problem,) = problems(DISCORD_TOKEN=token)
    assert problem.startswith("DISCORD_TOKEN:")
    assert token not in problem


def test_everything_wrong_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    found = problems(
        LOG_LEVEL="loud",
        LOG_FORMAT="xml",
        DATABASE_URL="mysql://x",
        METRICS_PORT="0",
        DATA_DIR=str(tmp_path / "file" / "data"),
    )
    named = {problem.split(":")[0].split(" ")[0] for problem in found}
    assert named == {
        "LOG_LEVEL",
        "LOG_FORMAT",
        "DATABASE_URL",
        "METRICS_PORT",
        "DATA_DIR",
        "DISCORD_TOKEN",
    }


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    found = problems(DISCORD_TOKEN=TOKEN, DATA_DIR=str(tmp_path / "file"))
    assert len(found) == 1
    assert "cannot be written" in found[0]


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("LOG_LEVEL=warning\nLOG_FORMAT=json\n", "utf-8")
    monkeypatch.setenv("LOG_FORMAT", "plain")
    settings = load_settings()
    assert (settings.log_level, settings.log_format) == ("WARNING", "plain")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0", (0,)), ("0,1", (0, 1)), ("2-4", (2, 3, 4)), (" 5, 0-2 ", (0, 1, 2, 5))],
)
def test_shards_are_named_one_by_one_or_as_ranges(monkeypatch, written, meant):
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://me@host/casebook")
    monkeypatch.setenv("SHARD_COUNT", "6")
    monkeypatch.setenv("SHARD_IDS", written)
    assert load_settings().shard_ids == meant


@pytest.mark.parametrize(
    ("ids", "count", "database", "told"),
    [
        ("a", "3", "postgresql", "SHARD_IDS: write the numbers"),
        ("0,,1", "3", "postgresql", "SHARD_IDS: write the numbers"),
        ("1,1", "3", "postgresql", "SHARD_IDS: name each shard once"),
        ("2-1", "3", "postgresql", "SHARD_IDS: name each shard once"),
        ("0", "", "postgresql", "SHARD_IDS: SHARD_COUNT is missing"),
        ("3", "3", "postgresql", "SHARD_IDS: there is no shard 3 among 3"),
        ("0", "3", "sqlite", "SHARD_IDS: SQLite serves one process only"),
        ("0", "0", "postgresql", "SHARD_COUNT: Input should be greater than 0"),
    ],
)
def test_shards_that_cannot_be_are_told(ids, count, database, told):
    addresses = {"sqlite": "", "postgresql": "postgresql+asyncpg://me@host/casebook"}
    (problem,) = problems(
        DISCORD_TOKEN=TOKEN, SHARD_IDS=ids, SHARD_COUNT=count, DATABASE_URL=addresses[database]
    )
    assert problem.startswith(told)


def test_a_file_that_is_not_text_is_told(tmp_path):
    (tmp_path / ".env").write_bytes(b"LOG_LEVEL=\xff\xfe")
    assert "cannot be read" in problems()[0]


def test_nothing_is_read_at_import():
    assert "DISCORD_TOKEN" not in os.environ


@pytest.mark.parametrize(("value", "hours"), [("off", 0), ("Off", 0), ("0", 0), ("", 24), ("6", 6)])
def test_backups_are_nightly_or_off(monkeypatch, value, hours):
    monkeypatch.setenv("BACKUP_EVERY", value)
    settings = load_settings()
    assert settings.backup_every == hours
    duties = [duty.name for duty in _backup_duties(settings)]
    assert duties.count("The backup") == (hours > 0)


def test_backups_are_beside_the_database_or_where_it_is_said(monkeypatch, tmp_path):
    assert load_settings().backups == tmp_path / "data" / "backups"
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "other"))
    assert load_settings().backups == tmp_path / "other"


def test_wrong_backup_settings_are_told():
    found = problems(BACKUP_EVERY="never", BACKUP_KEEP="0")
    assert {problem.split(":")[0] for problem in found} == {
        "BACKUP_EVERY", "BACKUP_KEEP", "DISCORD_TOKEN is missing",
    }  # fmt: skip
