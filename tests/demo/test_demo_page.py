"""The demo as a newcomer meets it: a real process, and a real browser where one is installed."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOT = os.environ.get("CASEBOOK_SCREENSHOT")
"""Where to put a picture of the page, to renew the one in the README."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Demo:
    process: asyncio.subprocess.Process
    address: str
    printed: str


def free_port() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


async def start(port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        cwd=Path(__file__).parents[2],
    )


@asynccontextmanager
async def running_demo() -> AsyncIterator[Demo]:
    port = free_port()
    process = await start(port)
    try:
        printed = ""
        async with asyncio.timeout(60):
            while "Ctrl+C" not in printed:
                line = await process.stdout.readline()
                assert line, (await process.stderr.read()).decode()
                printed += line.decode()
        yield Demo(process, f"http://127.0.0.1:{port}", printed)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def browser_page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page(viewport={"width": 1000, "height": 1180})
        await page.goto(address)
        yield page
        await browser.close()


async def test_the_answer_is_in_the_terminal_and_a_second_demo_says_so():
    async with running_demo() as demo:
        assert "Li v. Liu" in demo.printed
        assert demo.address in demo.printed
        port = int(demo.address.rpartition(":")[2])
        second = await start(port)
        _, error = await second.communicate()
        assert second.returncode == 2
        assert error.decode() == (
            f"A demo is running already at {demo.address}/: use it or end it.\n"
        )
        async with aiohttp.ClientSession() as session:
            for name, status in (("", 302), ("general", 302), ("announcements", 302)):
                async with session.get(f"{demo.address}/{name}", allow_redirects=False) as answer:
                    assert answer.status == status
            async with session.get(f"{demo.address}/nowhere") as answer:
                assert "#announcements" in await answer.text()
        demo.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await demo.process.wait() == 0


async def test_a_port_that_another_program_has_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = await start(taken.getsockname()[1])
        _, error = await process.communicate()
    assert process.returncode == 2
    assert "--port" in error.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_person_asks_chooses_and_changes_the_channel():
    async with running_demo() as demo, browser_page(demo.address) as page:
        await page.get_by_text("11 cases fit").first.wait_for()
        if SCREENSHOT:
            await page.screenshot(path=SCREENSHOT)
        await page.get_by_placeholder("Message #general").click()
        await page.keyboard.type("/case", delay=20)
        await page.get_by_text("Look up a ruling on AI and copyright").first.wait_for()
        await page.keyboard.press("Enter")
        await page.keyboard.type("zar", delay=50)
        suggestion = page.get_by_text("Zarya of the Dawn (Copyright Office registration) ·").first
        await suggestion.wait_for()
        await suggestion.click()
        await page.get_by_role("button", name="Send").click()
        await page.get_by_text("Kashtanova").first.wait_for()
        await page.goto(f"{demo.address}/announcements")
        await page.get_by_placeholder("Message #announcements").wait_for()
        await page.goto(f"{demo.address}/general")
        await page.get_by_text("Kashtanova").first.wait_for()
