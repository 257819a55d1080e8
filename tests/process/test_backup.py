"""Backup and restore beside the real bot: a drill, and what may not happen while it runs."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from tests.samples import document
from tests.standin.control import Guild, StandIn, Who
from tests.standin.process import BotProcess, environment


async def casebook(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run a command of the owner's beside the bot, and give what it printed."""
    variables = {**environment(), "DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "bot", *arguments]
    async with BotProcess(command, variables, folder) as process:
        assert await process.wait(60) == code, process.output
    return process.output


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def _backups(folder: Path) -> list[Path]:
    return list((folder / "backups").glob("casebook-*.sqlite3"))


def _kept(folder: Path, query: str) -> set[str]:
    with closing(sqlite3.connect(folder / "casebook.sqlite3")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {str(row[0]) for row in opened.execute(query)}


async def _suggest(discord: StandIn, who: Who, text: str) -> None:
    form = await discord.slash("suggest", who=who)
    thanks = await discord.submit(form, {"text": text, "link": ""}, who)
    assert "Thank you" in thanks.content


async def test_the_drill(discord: StandIn, guild: Guild, folder: Path) -> None:
    theo = Who(guild.channels[0]).administrator()
    _write(folder / "one.json", json.dumps([document("ling-v-qiao")]))
    await casebook(folder, "import", "one.json", "--yes")

    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        # The first backup of a new installation is made at once.
        await bot.wait_line("Backup written and checked")
        await _suggest(discord, theo, "before")
        written = await casebook(folder, "backup")
        backup = Path(written.splitlines()[-1].partition(": ")[2])
        assert backup.parent == folder / "backups"
        await _suggest(discord, theo, "after")

        assert "stop it first" in await casebook(folder, "restore", str(backup), code=2)
        assert "188 cases" in await casebook(folder, "export", "all.json")
        assert await bot.stop() == 0
    await discord.wait_connected(shards=0)
    suggested = "SELECT text FROM suggestions"
    assert _kept(folder, suggested) == {"before", "after"}

    restored = await casebook(folder, "restore", str(backup))
    kept = Path(restored.splitlines()[-1].partition("kept in ")[2])
    assert _kept(folder, suggested) == {"before"}
    assert "ling-v-qiao" in _kept(folder, "SELECT slug FROM cases")

    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        assert "Commands: unchanged" in bot.output
        assert "Ling v. Qiao" in (await discord.slash("case", {"query": "ling qiao"}, theo)).content
        await bot.kill()
    await discord.wait_connected(shards=0)

    # What was there before the restore can be brought back as well, even after a kill. No restart
    # made a backup: the newest is young.
    await casebook(folder, "restore", str(kept))
    assert _kept(folder, suggested) == {"before", "after"}
    assert len(_backups(folder)) == 2


async def test_a_backup_that_fails_is_told_and_the_bot_goes_on(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    _write(folder / "backups", "a file")
    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        line = await bot.wait_line("The backup failed")
        assert "make the folder and the file writable" in line
        answer = await discord.slash("case", {"query": "beijing"}, Who(guild.channels[0]))
    assert answer.embeds
