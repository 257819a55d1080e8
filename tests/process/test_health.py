"""The health port of a real bot, and `casebook health` beside it."""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from tests.standin.control import Guild, StandIn, Who
from tests.standin.process import BotProcess, environment


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


async def get(port: int, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


def wrong(body: str) -> dict[str, Any]:
    return {each["name"]: each["says"] for each in json.loads(body)["checks"] if not each["fine"]}


async def until_ready(port: int, bot: BotProcess, status: int = 200) -> str:
    async def ask() -> str:
        while (answer := await get(port, "/readyz"))[0] != status:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return answer[1]

    async with asyncio.timeout(20):
        return await bot.while_running(ask())


async def casebook_health(folder: Path, port: int, *more: str) -> subprocess.CompletedProcess[str]:
    variables = {**environment(), "DATA_DIR": str(folder), "METRICS_PORT": str(port)}
    command = [sys.executable, "-m", "bot", "health", *more]
    return await asyncio.to_thread(
        subprocess.run,
        command,
        env=variables,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_it_tells_how_it_is_while_it_connects_answers_and_is_cut_off(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    port = free_port()
    async with discord.bot("run", folder=folder, variables={"METRICS_PORT": str(port)}) as bot:
        await discord.wait_connected(bot)
        await until_ready(port, bot)
        assert f"http://127.0.0.1:{port}/readyz" in bot.output
        for query in ("beijing", "beijing", "no such case at all"):
            await discord.slash("case", {"query": query}, Who(guild.channels[0]))
        await discord.suggest("case", "query", "zary", Who(guild.channels[0]))
        figures = (await get(port, "/metrics"))[1].splitlines()
        assert 'casebook_lookups_total{asked="case",outcome="several"} 2.0' in figures
        assert 'casebook_lookups_total{asked="suggestions",outcome="found"} 1.0' in figures
        assert 'casebook_shard_connected{shard="0"} 1.0' in figures
        assert "casebook_servers 1.0" in figures
        assert 'casebook_announcer_state{state="halted"} 0.0' in figures

        done = await casebook_health(folder, port)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "fine   gateway: 1 connected, 1 servers" in done.stdout

        await discord.cut_network()
        assert "shard 0" in wrong(await until_ready(port, bot, 503))["gateway"]
        done = await casebook_health(folder, port)
        assert done.returncode == 1
        assert "WRONG  gateway: not connected: shard 0" in done.stdout
        assert (await casebook_health(folder, port, "--live")).returncode == 0

    done = await casebook_health(folder, port)
    assert done.returncode == 1
    assert "is the bot running?" in done.stdout


async def test_a_port_that_is_taken_is_one_line(discord: StandIn, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        async with discord.bot("run", folder=folder, variables={"METRICS_PORT": str(port)}) as bot:
            assert await bot.wait(20) == 2
    assert "Traceback" not in bot.output
    assert bot.lines[-1].startswith(f"METRICS_PORT: 127.0.0.1:{port} cannot be used")
