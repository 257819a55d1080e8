"""A moderator adds a case by hand on the demo page, in a real browser."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Page
from playwright.async_api import TimeoutError as TooLate

from tests.demo.test_demo_page import CHROMIUM, browser_page, running_demo

SCREENSHOTS = os.environ.get("CASEBOOK_SCREENSHOTS")
"""A folder for pictures of the form and the preview, to renew those in docs/images."""
TYPED = {
    "caption": "Duan v. Wei",
    "court": "Beijing Internet Court",
    "decided_on": "3 March 2025",
    "summary": (
        "Duan had a model draw a lamp and changed the prompt forty times. Wei printed it on mugs. "
        "The court saw Duan's choices in the lamp. Docket number (2025)京0491民初77号."
    ),
    "link": "https://www.bjinternetcourt.gov.cn/duan",
}


RULING = {
    "court": "Beijing Intellectual Property Court",
    "decided_on": "12 December 2025",
    "docket_number": "(2025)京73民终77号",
}
WHY = "An appeal court says for the first time that choosing a prompt can be creative work."


async def become_moderator(page: Page) -> None:
    await page.get_by_text("cases fit").first.wait_for()
    async with page.expect_response("**"):
        await page.locator("#viewer-picker").select_option(label="Theo (moderator)")
    await page.wait_for_load_state("networkidle")


async def picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        await page.screenshot(path=Path(SCREENSHOTS) / name)


async def command(page: Page, name: str, described: str) -> None:
    """Choose a command in the box below the messages."""
    await page.get_by_placeholder("Message #general").click()
    await page.keyboard.type(f"/{name}", delay=20)
    await page.get_by_text(described).first.wait_for()
    await page.keyboard.press("Enter")


async def fill(page: Page, typed: dict[str, str]) -> None:
    for name, text in typed.items():
        await page.locator(f".modal-input[name={name}]").fill(text)


async def recognise(page: Page) -> None:
    """Choose what the ruling decided. The page closes an open menu when its message is renewed."""
    menu = page.locator(".select-trigger", has_text="What did the ruling decide?")
    option = page.locator(".is-open").get_by_text("Copyright recognised", exact=True)
    async with asyncio.timeout(30):
        while True:
            if not await option.is_visible():
                await menu.click()
            with suppress(TooLate):
                return await option.click(timeout=2000)


async def add_case(page: Page) -> None:
    """Add a case, as far as its preview."""
    await become_moderator(page)
    await command(page, "catalogue add", "Add a case with a form")
    await page.keyboard.press("Enter")
    await fill(page, TYPED)
    await picture(page, "editor-form.png")
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_text("Ruling 1, result: what the ruling decided").wait_for()
    await recognise(page)
    await page.get_by_role("button", name="Publish quietly").wait_for()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_moderator_adds_a_case_by_hand():
    async with running_demo() as demo, browser_page(demo.address) as page:
        await add_case(page)
        await picture(page, "editor-preview.png")
        await page.get_by_role("button", name="Publish quietly").click()
        await page.get_by_text("public catalogue, which every server sees. /case").last.wait_for()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_ruling_that_a_moderator_announces_is_in_the_other_channel():
    async with running_demo() as demo, browser_page(demo.address) as page:
        await add_case(page)
        await page.get_by_role("button", name="Publish quietly").click()
        await page.get_by_text("1 channel would hear of this").last.wait_for()

        await command(page, "catalogue ruling", "Add a ruling to a case")
        await page.keyboard.type("duan", delay=50)
        suggestion = page.get_by_text("Duan v. Wei ·").last
        await suggestion.wait_for()
        await suggestion.click()
        await page.get_by_role("button", name="Send").click()
        await fill(page, RULING)
        await page.get_by_role("button", name="Submit").click()
        await recognise(page)
        await page.get_by_role("button", name="Publish and announce").click()
        await page.get_by_text("This goes to 1 channel in 1 server").last.wait_for()
        await page.get_by_role("button", name="Say why it matters").click()
        await fill(page, {"note": WHY})
        await page.get_by_role("button", name="Submit").click()
        await page.get_by_text(WHY).last.wait_for()
        await page.get_by_role("button", name="Publish", exact=True).click()
        await page.get_by_text("A-1 is on its way to 1 target").last.wait_for()

        await page.goto(f"{demo.address}/announcements")
        await page.get_by_text("New ruling: Duan v. Wei").last.wait_for()
        await page.get_by_text(WHY).last.wait_for()
        await page.get_by_role("button", name="Read the case").last.wait_for()
        await picture(page, "announcements.png")
