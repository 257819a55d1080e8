"""One process writes to a SQLite database, and however it ends the next one may."""

import asyncio
import subprocess
import sys

import pytest

from bot.storage import StorageError
from bot.storage.locks import HeldError, holding, sole_writer
from tests.standin.process import REPOSITORY

HOLDER = """
import asyncio, sys
from bot.storage.locks import sole_writer
async def main():
    async with sole_writer(sys.argv[1]):
        print("held", flush=True)
        sys.stdin.read()
asyncio.run(main())
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}"


def _holder(url):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    return process


async def test_another_process_is_refused_until_the_first_is_killed(url):
    with _holder(url) as holder:
        with pytest.raises(HeldError, match="stop it first"):
            async with sole_writer(url):
                pass
        holder.kill()
        holder.wait()
        async with sole_writer(url):
            pass


async def test_it_waits_for_one_that_is_ending(url):
    with _holder(url) as holder:
        waiting = asyncio.create_task(sole_writer(url, wait=60.0).__aenter__())
        await asyncio.sleep(0)
        assert not waiting.done()
        holder.stdin.close()
        await asyncio.wait_for(waiting, 30)


async def test_a_second_block_of_the_same_process_is_refused_too(url):
    async with sole_writer(url):
        with pytest.raises(HeldError):
            async with sole_writer(url):
                pass
    async with sole_writer(url):
        pass


async def test_an_error_of_the_block_is_its_own(url):
    with pytest.raises(HeldError, match=r"^mine$"):
        async with sole_writer(url, wait=60.0):
            raise HeldError("mine")


async def test_postgresql_has_many_writers():
    url = "postgresql+asyncpg://a@b/c"
    async with sole_writer(url), sole_writer(url):
        pass


def test_a_place_without_locks_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made"), holding(tmp_path / "file" / "x", ""):
        pass
