"""What came with a new version of the bot and contradicts an editor, in the queue."""

import pytest

from bot.domain.records import PUBLIC, to_file
from bot.services.shipped import load_shipped
from tests.chat.curation.conftest import ids_of, said
from tests.chat.test_case_command import buttons, selects, shown
from tests.samples import case


@pytest.fixture
async def waiting(town, tmp_path):
    """An editor changed the summary and the status, and a shipped file then did too."""
    folder = tmp_path / "cases"
    folder.mkdir()
    path = folder / "ling-v-qiao.json"
    path.write_text(to_file(case()), "utf-8")
    await load_shipped(town.database, folder)
    await town.catalogue.refresh(town.database)
    record = town.catalogue.by_slug("ling-v-qiao", PUBLIC)
    preview = await town.do("catalogue edit", case=record.id)
    for part, values in (
        (":summary:", {"summary": "The editors' text.", "jurisdiction": "CN"}),
        (":state:", {"status": ["final"], "landmark": ["no"], "as_of": "2026-07"}),
    ):
        [custom_id] = [i for i in ids_of(preview.response, "draft:", buttons) if part in i]
        form = await town.theo.click(preview.response, custom_id=custom_id)
        await town.theo.submit_modal(form, values)
    await town.press(preview, "draft:publish:")
    newer = case(summary="The shipped text.", status="on-appeal", works=["A lamp"])
    path.write_text(to_file(newer), "utf-8")
    await load_shipped(town.database, folder)
    await town.catalogue.refresh(town.database)
    return record.id


async def test_both_texts_are_shown_and_each_field_is_chosen(town, waiting):
    queue = await town.do("catalogue queue")
    assert "1 update that came with the bot" in said(queue)
    assert "Nothing waits" in said(await town.do("catalogue queue", who=town.uwe))
    await town.choose(queue, "update:open", waiting)
    described = shown(queue).description
    assert "Editors' text: The editors' text." in described
    assert "New with the bot: The shipped text." in described
    await town.choose(queue, "update:settle:", "status")
    assert "Settled" in queue.response.content
    record = town.catalogue.get(waiting, PUBLIC).case()
    assert (record.summary, record.status) == ("The editors' text.", "on-appeal")
    assert record.works == ("A lamp",)
    assert "Nothing waits" in said(await town.do("catalogue queue"))


@pytest.mark.parametrize(("side", "text"), [("ours", "The editors'"), ("theirs", "The shipped")])
async def test_one_side_is_taken_for_everything(town, waiting, side, text):
    queue = await town.do("catalogue queue")
    assert selects(queue.response)
    await town.choose(queue, "update:open", waiting)
    [custom_id] = [i for i in ids_of(queue.response, "update:", buttons) if i.endswith(side)]
    await town.theo.click(queue.response, custom_id=custom_id)
    assert town.catalogue.get(waiting, PUBLIC).case().summary == f"{text} text."
