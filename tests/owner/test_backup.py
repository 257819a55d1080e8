"""`casebook backup` and `restore`, and what each command may do beside the running bot."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.storage.locks import sole_writer
from tests.owner.test_settings import TOKEN


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert main(["search", "beijing"]) == 0
    return tmp_path / "data"


@pytest.fixture
def bot(folder):
    """Holds what the running bot holds."""
    with asyncio.Runner() as runner:
        lock = sole_writer(f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}")
        runner.run(lock.__aenter__())
        yield
        runner.run(lock.__aexit__(None, None, None))


def _only_line(text):
    (line,) = text.splitlines()
    return line


def test_a_backup_is_made_and_brought_back(folder, capsys):
    capsys.readouterr()
    assert main(["backup"]) == 0
    made = _only_line(capsys.readouterr().out).partition(": ")[2]
    assert main(["backup", "here.sqlite3"]) == 0
    assert main(["backup", "here.sqlite3"]) == 2
    assert "choose another name" in _only_line(capsys.readouterr().err)
    for file in (made, "here.sqlite3"):
        capsys.readouterr()
        (folder / "casebook.sqlite3").write_bytes(b"garbage")
        assert main(["search", "beijing"]) == 2
        assert "restore a backup" in _only_line(capsys.readouterr().err)
        assert main(["restore", file]) == 0
        kept = Path(capsys.readouterr().out.splitlines()[-1].partition("kept in ")[2])
        assert kept.read_bytes() == b"garbage"
        assert main(["search", "beijing"]) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere.sqlite3", None, "There is no file"),
        ("text.sqlite3", b"a letter" * 100, "cannot be used"),
        ("empty.sqlite3", b"", "not a database of Casebook"),
    ],
)
def test_what_is_no_backup_is_one_line_and_changes_nothing(folder, capsys, name, content, words):
    if content is not None:
        Path(name).write_bytes(content)
    capsys.readouterr()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["restore", name]) == 2
    assert words in _only_line(capsys.readouterr().err)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_without_a_database_there_is_no_backup(folder, capsys):
    (folder / "casebook.sqlite3").unlink()
    assert main(["backup"]) == 2
    assert "There is no file" in _only_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["import", "cases.json", "--yes"],
        ["announce", "--since", "2020-01-01", "--yes"],
        ["restore", "backup.sqlite3"],
    ],
)
def test_what_writes_is_refused_beside_the_bot(bot, capsys, monkeypatch, command):
    monkeypatch.setattr("bot.app._FOR_THE_ONE_BEFORE", 0.0)
    monkeypatch.setattr("bot.cli.set_up_logging", lambda *_: None)  # it would outlive the test
    Path("cases.json").write_text("[]", "utf-8")
    capsys.readouterr()
    assert main(command) == 2
    assert "stop it first" in _only_line(capsys.readouterr().err)


def test_what_reads_goes_on_beside_the_bot(bot, folder, capsys):
    assert main(["search", "beijing"]) == 0
    assert main(["export", "all.json"]) == 0
    assert main(["backup"]) == 0
    assert "187 cases" in capsys.readouterr().out


def test_what_reads_leaves_a_database_of_another_schema_alone(bot, folder, capsys):
    database = folder / "casebook.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0001'")
    capsys.readouterr()
    assert main(["search", "beijing"]) == 2
    assert "restart the bot" in _only_line(capsys.readouterr().err)
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]
