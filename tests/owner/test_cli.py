import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.logs import JsonFormatter

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    return tmp_path


def test_search_prints_the_answer_of_case(folder, capsys):
    assert main(["search", "beijing"]) == 0
    printed = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for part in (
        "Li v. Liu",
        "Beijing Internet Court (北京互联网法院), China",
        "CNY 500 damages; CNY 50 costs",
        "11 cases fit",
        "https://aigovernancecompass.com/newsinfo/1000056.html",
        "Not legal advice",
    ):
        assert part in printed


def test_search_says_when_nothing_fits(folder, capsys):
    assert main(["search", "pizza", "recipe"]) == 1
    assert "Nothing in the catalogue fits" in capsys.readouterr().out


def test_run_without_a_token_says_what_to_do_and_exits_with_2(folder, capsys):
    assert main(["run"]) == 2
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert "cp .env.example .env" in printed.err
    assert not printed.out


@pytest.mark.parametrize("content", [b"not a database at all, just text" * 40])
def test_a_damaged_database_is_one_line(folder, capsys, content):
    (folder / "data").mkdir()
    (folder / "data" / "casebook.sqlite3").write_bytes(content)
    assert main(["search", "beijing"]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "backup" in error


def test_check_passes_on_the_shipped_cases(capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("187 files, 0 errors\n")


def test_check_reports_file_place_and_mend(tmp_path, capsys):
    (tmp_path / "a.json").write_text("{}", "utf-8")
    (tmp_path / "b.json").write_text("{", "utf-8")
    assert main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{tmp_path / 'a.json'}: slug is missing; add it. [error]" in lines
    assert lines[-1].startswith("2 files, ")
    assert main(["check", str(tmp_path / "nowhere")]) == 2


def test_the_committed_schema_is_current(capsys):
    assert main(["schema"]) == 0
    committed = (ROOT / "data" / "case.schema.json").read_text("utf-8")
    assert json.loads(committed) == json.loads(capsys.readouterr().out)


def test_light_commands_import_neither_discord_nor_sqlalchemy():
    code = (
        "import sys; from bot.cli import main; main(['check']); "
        "print({'discord', 'sqlalchemy', 'simcord'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_it_works_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "search", "zarya"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "DATA_DIR": str(tmp_path / "data")},
    )
    assert done.returncode == 0
    assert "Zarya of the Dawn" in done.stdout


def test_a_json_log_entry_is_one_line_with_its_traceback():
    try:
        int("x")
    except ValueError:
        record = logging.makeLogRecord(
            {
                "name": "x",
                "levelname": "ERROR",
                "msg": "a %s",
                "args": ("b",),
                "exc_info": sys.exc_info(),
            }
        )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["level"]) == ("a b", "ERROR")
    assert "ValueError" in entry["traceback"]


def test_health_without_a_port_says_what_to_set(folder, capsys):
    assert main(["health"]) == 2
    assert "METRICS_PORT is not set" in capsys.readouterr().err
