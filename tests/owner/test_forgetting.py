"""Forgetting a person or a server in the terminal, for requests that come by mail."""

import asyncio
import json

import pytest

from bot.cli import main
from bot.storage import Database, drafts
from tests.samples import document
from tests.storage.samples import draft

SERVER, PERSON = "500", "7"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def printed(capsys, *arguments: str) -> tuple[int, str]:
    code = main([*arguments])
    return code, capsys.readouterr().out


def test_a_server_is_forgotten_and_its_export_brings_the_cases_back(folder, capsys):
    cases = json.dumps([document("one"), document("two", title="Duan v. Wei")])
    (folder / "own.json").write_text(cases, "utf-8")
    assert main(["import", "own.json", "--yes", "--server", SERVER]) == 0
    assert main(["export", "before.json", "--server", SERVER]) == 0
    capsys.readouterr()

    code, said = printed(capsys, "forget-server", SERVER)
    assert code == 2
    assert "There is: 2 cases, 2 revisions." in said
    assert "add --yes" in said
    code, said = printed(capsys, "forget-server", SERVER, "--yes")
    assert code == 0
    assert "Done: 2 cases, 2 revisions." in said
    assert printed(capsys, "forget-server", SERVER, "--yes") == (0, "There is: nothing.\n")
    assert "0 cases written" in printed(capsys, "export", "after.json", "--server", SERVER)[1]
    assert "187 cases written" in printed(capsys, "export", "public.json")[1]

    assert main(["import", "before.json", "--yes", "--server", SERVER]) == 0
    assert main(["export", "again.json", "--server", SERVER]) == 0
    assert (folder / "again.json").read_bytes() == (folder / "before.json").read_bytes()


@pytest.mark.parametrize("command", ["forget", "forget-server"])
@pytest.mark.parametrize("wrong", ["0", "-5", "everybody", "9223372036854775808"])
def test_what_is_no_id_is_refused(capsys, command, wrong):
    with pytest.raises(SystemExit) as ended:
        main([command, wrong, "--yes"])
    assert ended.value.code == 2
    assert command in capsys.readouterr().err


def test_a_person_is_forgotten(folder, capsys):
    async def begin_a_draft() -> None:
        url = f"sqlite+aiosqlite:///{folder / 'data' / 'casebook.sqlite3'}"
        database = await Database.open(url)
        async with database.write() as tx:
            await drafts.put(tx, draft("mine", int(PERSON), 500, scope=0))
        await database.close()

    asyncio.run(begin_a_draft())
    code, said = printed(capsys, "forget", PERSON)
    assert code == 2
    assert "There is: 1 draft." in said
    assert "name nobody" in said
    code, said = printed(capsys, "forget", PERSON, "--yes")
    assert code == 0
    assert "Done: 1 draft." in said
    assert "There is: nothing." in printed(capsys, "forget", PERSON, "--yes")[1]
