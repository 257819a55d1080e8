"""A moderator adds and edits cases."""

from bot.domain.records import PUBLIC
from tests.chat.curation.conftest import ids_of
from tests.chat.test_case_command import buttons, shown

BASICS = {
    "caption": "Duan v. Wei",
    "court": "beijing internet court",
    "decided_on": "3 March 2025",
    "summary": "Duan's lamp was drawn by a model. Docket (2025)京0491民初77号.",
    "link": "https://court.example/duan",
}


async def test_a_case_is_added_previewed_and_published(town):
    await town.put()  # so that the court is known
    opened = await town.do("catalogue add")
    assert opened.modal["title"] == "Add a case"
    assert (
        "public catalogue" in str(opened.modal["components"][0])
        or len(opened.modal["components"]) == 5
    )
    preview = await town.theo.submit_modal(opened, BASICS)
    assert preview.ephemeral
    content = preview.response.content
    assert "public catalogue" in content
    assert "Ruling 1, result: what the ruling decided is missing" in content
    assert content.index("Needed before") < content.index("This is what `/case`")
    assert not ids_of(preview.response, "draft:publish:", buttons)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    content = preview.response.content
    assert "Needed before" not in content
    assert "Could be better" in content
    embed = shown(preview)
    assert embed.title == "Duan v. Wei"
    assert "Beijing Internet Court (北京互联网法院), China" in embed.description
    await town.press(preview, "draft:publish:")
    assert "public catalogue" in preview.response.content
    assert not buttons(preview.response)
    answer = await town.mia.slash(town.general, "case", query="duan wei")
    assert shown(answer).to_dict() == embed.to_dict()
    elsewhere = await town.uwe.slash(town.other_general, "case", query="duan wei")
    assert shown(elsewhere).title == "Duan v. Wei"
    assert town.catalogue.count(PUBLIC) == 2
