"""A moderator adds a case by hand on the demo page, in a real browser."""

import os
from pathlib import Path

import pytest

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


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_moderator_adds_a_case_by_hand():
    async with running_demo() as demo, browser_page(demo.address) as page:

        async def picture(name: str) -> None:
            if SCREENSHOTS:
                await page.screenshot(path=Path(SCREENSHOTS) / name)

        await page.get_by_text("cases fit").first.wait_for()
        async with page.expect_response("**"):
            await page.locator("#viewer-picker").select_option(label="Theo (moderator)")
        await page.wait_for_load_state("networkidle")
        box = page.get_by_placeholder("Message #general")
        await box.click()
        await page.keyboard.type("/catalogue add", delay=20)
        await page.get_by_text("Add a case with a form").first.wait_for()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        for name, text in TYPED.items():
            await page.locator(f".modal-input[name={name}]").fill(text)
        await picture("editor-form.png")
        await page.get_by_role("button", name="Submit").click()
        await page.get_by_text("Ruling 1, result: what the ruling decided").wait_for()
        await page.locator(".select-trigger", has_text="What did the ruling decide?").click()
        await page.get_by_text("Copyright recognised", exact=True).last.click()
        await page.get_by_role("button", name="Publish quietly").wait_for()
        await picture("editor-preview.png")
        await page.get_by_role("button", name="Publish quietly").click()
        await page.get_by_text("public catalogue, which every server sees. /case").last.wait_for()
