"""Import, export and the page of commands in the terminal."""

import gzip
import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.samples import document

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_what_is_exported_is_imported_and_exported_the_same(folder, capsys):
    assert main(["export", "all.json"]) == 0
    assert "187 cases written" in capsys.readouterr().out
    assert main(["import", "all.json", "--yes", "--server", "5"]) == 0
    assert "187 added, 0 changed" in capsys.readouterr().out
    assert main(["export", "again.json.gz", "--server", "5"]) == 0
    exported = (folder / "all.json").read_bytes()
    assert gzip.decompress((folder / "again.json.gz").read_bytes()) == exported
    assert main(["import", "again.json.gz"]) == 0
    assert "0 to add, 0 to change, 187 there just so" in capsys.readouterr().out


def test_nothing_is_imported_unasked_and_refused_rows_say_why(folder, capsys):
    rows = [document("duan-v-wei"), {**document("bad"), "jurisdiction": "XX"}]
    (folder / "two.json").write_text(json.dumps(rows), "utf-8")
    assert main(["import", "two.json"]) == 2
    printed = capsys.readouterr().out
    assert "Row 2 (bad): jurisdiction is refused" in printed
    assert "add --yes" in printed
    assert main(["import", "two.json", "--yes"]) == 1
    assert "1 added" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"\x1f\x8b broken"])
def test_a_file_that_is_none_is_one_line(folder, capsys, content):
    (folder / "f.json").write_bytes(content)
    assert main(["import", "f.json", "--yes"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["import", "nowhere.json"]) == 2


def test_the_page_of_commands_is_current(capsys):
    assert main(["commands"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "commands.md").read_text("utf-8")
