"""The real bot on storage that fails: what it says, what goes on, and that nothing is lost."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.announcements.world import Installation, publish, shipped_news, states, subscribe
from tests.process.test_backup import casebook
from tests.standin.control import Answer, Guild, StandIn, Who
from tests.standin.rules import Rules

CHANNELS = 60


@dataclass(frozen=True)
class Disk:
    """A disk that a test can fill while a process writes to it."""

    folder: Path
    fill: Callable[[int], None]
    clear: Callable[[int], None]


def _may_not_grow(folder: Path) -> Disk:
    """Every write beyond a file's first page fails, as it does where a quota is used up."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def set_limit(pid: int, size: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, unlimited))

    return Disk(folder, lambda pid: set_limit(pid, 4096), lambda pid: set_limit(pid, unlimited))


def _small_disk(folder: Path) -> Disk:
    """A disk of 16 MB in memory, filled by a file."""
    ballast = folder / "ballast"

    def fill(_: int) -> None:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass

    return Disk(folder, fill, lambda _: ballast.unlink())


WAYS = ["a file that may not grow"]
if os.environ.get("CASEBOOK_SOAK") == "1":
    WAYS.append(pytest.param("a full disk", marks=pytest.mark.soak))


@pytest.fixture(params=WAYS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param != "a full disk":
        yield _may_not_grow(folder)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "casebook-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk; the other way is tried everywhere")
    yield _small_disk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _installed(folder: Path) -> Installation:
    return Installation(folder, f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}")


@asynccontextmanager
async def _announcing(folder: Path) -> AsyncIterator[tuple[StandIn, list[int], Guild]]:
    """A Discord whose channels an installation in the folder is about to announce to."""
    installation = _installed(folder)
    await installation.prepare()
    async with StandIn.start(Rules(identify_interval=0.0, latency=0.05)) as discord:
        guild = await discord.add_guild(channels=CHANNELS + 1)
        channels = guild.channels[1:]
        async with installation.database() as database:
            await subscribe(database, channels, guild=guild.id)
            await publish(database, shipped_news())
        yield discord, channels, guild
        await discord.check_clean()


def _suggestions(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "casebook.sqlite3")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [row[0] for row in opened.execute("SELECT text FROM suggestions ORDER BY rowid")]


async def _suggest(discord: StandIn, who: Who, text: str) -> Answer:
    form = await discord.slash("suggest", who=who)
    return await discord.submit(form, {"text": text, "link": ""}, who)


def _is_told(answer: Answer) -> bool:
    said = json.dumps([answer.content, *answer.followups])
    assert "sqlite" not in said
    return "`/case` still answers" in said


async def test_a_full_disk_stops_writers_alone_and_nothing_is_lost(disk: Disk) -> None:
    async with _announcing(disk.folder) as (discord, channels, guild):
        who = Who(guild.channels[0])
        async with discord.bot("run", folder=disk.folder, variables={"BACKUP_EVERY": "off"}) as bot:
            await discord.wait_connected(bot)
            assert "Thank you" in (await _suggest(discord, who, "before")).content
            await discord.wait_sent(5)
            disk.fill(bot.pid)
            refused = await _suggest(discord, who, "full " * 300)
            assert _is_told(refused)
            while not refused.followups:
                refused = await discord.again(refused)
            assert "what-you-typed.txt" in json.dumps(refused.followups)
            command = await discord.slash(
                "settings editors", {"role": guild.bot_role}, who.administrator()
            )
            assert _is_told(command)
            assert (await discord.slash("case", {"query": "beijing"}, who)).embeds
            await bot.wait_line("Announcing waits for the database")
            assert sum((await discord.sent()).values()) < CHANNELS

            disk.clear(bot.pid)
            assert "Thank you" in (await _suggest(discord, who, "after")).content
            await discord.wait_sent(CHANNELS)
            assert await bot.stop() == 0
        assert await discord.sent() == dict.fromkeys(channels, 1)
    assert _suggestions(disk.folder) == ["before", "after"]
    async with _installed(disk.folder).database() as database:
        assert await states(database) == {"sent": CHANNELS}


async def test_it_ends_in_order_on_a_full_disk_and_repeats_nothing(tmp_path: Path) -> None:
    disk = _may_not_grow(tmp_path)
    async with _announcing(tmp_path) as (discord, channels, _):
        async with discord.bot("run", folder=tmp_path, variables={"BACKUP_EVERY": "off"}) as bot:
            await discord.wait_sent(random.randint(3, 20))
            disk.fill(bot.pid)
            bot.signal(signal.SIGTERM)
            assert await bot.wait(20) == 0
            assert "Traceback" not in bot.output
        await discord.wait_connected(shards=0)
        async with discord.bot("run", folder=tmp_path):
            await discord.wait_sent(CHANNELS)
            async with _installed(tmp_path).database() as database:
                while set(await states(database)) != {"sent"}:
                    await discord.wait_connected()
        assert await discord.sent() == dict.fromkeys(channels, 1)


def _set_mode(folder: Path, mode: int) -> None:
    folder.chmod(mode)


def _without_privileges(command: list[str]) -> list[str]:
    """The same command, for which the modes of files hold even if it is root's."""
    if os.geteuid():
        return command
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]


async def test_a_folder_that_cannot_be_written_is_named_at_the_start(
    tmp_path: Path, discord: StandIn
) -> None:
    """Modes are no matter to root, so its privilege is taken from the process."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and setpriv is not installed")
    await _installed(tmp_path).prepare()
    _set_mode(tmp_path, 0o555)
    bot = discord.bot("run", folder=tmp_path)
    bot._command = _without_privileges(list(bot._command))
    async with bot:
        assert await bot.wait(30) == 2
    _set_mode(tmp_path, 0o755)
    assert len(bot.lines) == 1
    assert "Make it writable for the user that runs the bot" in bot.lines[0]


async def test_a_folder_that_becomes_read_only_keeps_backups_away_and_nothing_else(
    tmp_path: Path, discord: StandIn, guild: Guild
) -> None:
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and setpriv is not installed")
    who = Who(guild.channels[0])
    variables = {"BACKUP_DIR": str(tmp_path / "backups")}
    (tmp_path / "backups").mkdir(mode=0o555)
    (tmp_path / "data").mkdir()
    bot = discord.bot("run", folder=tmp_path / "data", variables=variables)
    bot._command = _without_privileges(list(bot._command))
    async with bot:
        await discord.wait_connected(bot)
        assert "writable" in await bot.wait_line("The backup failed")
        _set_mode(tmp_path / "data", 0o555)
        assert "Thank you" in (await _suggest(discord, who, "stored")).content
        assert await bot.stop() == 0
    _set_mode(tmp_path / "data", 0o755)
    assert _suggestions(tmp_path / "data") == ["stored"]


async def test_a_file_that_is_damaged_under_it_stops_writers_and_a_backup_helps(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    who = Who(guild.channels[0])
    assert "Li v. Liu" in await casebook(folder, "search", "beijing")
    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        await bot.wait_line("Backup written and checked")
        _damage(folder / "casebook.sqlite3")
        # A page that it had read before may do for this one.
        if _is_told(await _suggest(discord, who, "lost")):
            assert "restore a backup" in await bot.wait_line(" failed: ")
        assert "restore a backup" in await casebook(folder, "backup", code=2)
        assert (await discord.slash("case", {"query": "beijing"}, who)).embeds
        await bot.kill()
    await discord.wait_connected(shards=0)

    async with discord.bot("run", folder=folder) as bot:
        assert await bot.wait(30) == 2
        assert "restore a backup" in bot.lines[-1]
    (backup,) = (folder / "backups").glob("*.sqlite3")
    await casebook(folder, "restore", str(backup))
    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        assert "Thank you" in (await _suggest(discord, who, "again")).content
    assert _suggestions(folder) == ["again"]


def _damage(path: Path) -> None:
    """Overwrite all but the first page of a file in place, as a failing disk would."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
