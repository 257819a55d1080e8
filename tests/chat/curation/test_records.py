"""What editors do to published cases at once."""

from bot.domain.records import PUBLIC
from tests.chat.curation.conftest import ids_of, said
from tests.chat.test_case_command import buttons, selects, shown


async def test_a_removed_case_is_withdrawn_for_old_buttons_and_comes_back(town):
    case_id = await town.put()
    answer = await town.mia.slash(town.general, "case", query="ling qiao")
    opened = await town.do("catalogue remove", case="ling qiao")
    assert "public catalogue" in opened.modal["components"][0]["content"]
    done = await town.theo.submit_modal(opened, {"reason": "twice in the catalogue"})
    assert done.ephemeral
    assert "**Ling v. Qiao** is removed" in done.response.content
    pressed = await town.mia.click(answer.response, custom_id=f"case:full:{case_id}")
    assert "was withdrawn" in pressed.response.content
    assert await town.theo.autocomplete(town.general, "catalogue edit", "case", "ling") == []
    [choice] = await town.theo.autocomplete(town.general, "catalogue restore", "case", "")
    assert choice["value"] == case_id
    back = await town.do("catalogue restore", case=choice["value"])
    assert "is back" in back.response.content
    assert shown(await town.mia.slash(town.general, "case", query="ling qiao"))


async def test_a_removal_by_mistake_is_one_button(town):
    case_id = await town.put()
    opened = await town.do("catalogue remove", case=case_id)
    done = await town.theo.submit_modal(opened, {})
    await town.press(done, "record:restore:")
    assert "is back in" in done.response.content
    assert town.catalogue.get(case_id, PUBLIC) is not None


async def test_somebody_faster_is_not_overwritten_by_a_removal(town):
    await town.put()
    opened = await town.do("catalogue remove", case="ling qiao")
    await town.do("catalogue alias", case="ling qiao", alias="Lamp case")
    done = await town.theo.submit_modal(opened, {"reason": ""})
    assert "in the meantime" in said(done)
    assert town.catalogue.count(PUBLIC) == 1


async def test_an_alias_is_found_at_once_and_undone(town):
    await town.put()
    done = await town.do("catalogue alias", case="Ling v. Qiao", alias="@everyone *lamp*")
    assert "“@everyone \\*lamp\\*” finds" in done.response.content
    found = await town.mia.slash(town.general, "case", query="lamp")
    assert shown(found).title == "Ling v. Qiao"
    undone = await town.do("catalogue undo")
    assert "stands as before" in undone.response.content
    assert not (await town.mia.slash(town.general, "case", query="lamp")).response.embeds
    nothing = await town.do("catalogue alias", case="ling qiao", alias="Spring picture case")
    assert "Nothing to do" in said(nothing)


async def test_the_history_says_who_when_why_and_brings_a_text_back(town):
    await town.put()
    for number in range(7):
        await town.do("catalogue alias", case="ling qiao", alias=f"Name {number}", reason="heard")
    history = await town.do("catalogue history", case="ling qiao")
    text = shown(history).description
    assert f"<@{town.theo.id}> in this server" in text
    assert "• aliases: + Name 6" in text
    assert "> heard" in text
    assert shown(history).footer.text == "Page 1 of 2"
    assert not ids_of(history.response, "record:history", buttons)[1:]
    await town.press(history, "record:history:")
    assert shown(history).footer.text == "Page 2 of 2"
    assert "**1 · added**" in shown(history).description
    assert "the bot or its owner" in shown(history).description
    await town.choose(history, "record:revert:", "1")
    assert "is back in" in history.response.content
    assert not selects(history.response)
    [record] = town.catalogue.records(PUBLIC)
    assert record.case().aliases == ("Spring picture case",)


async def test_hiding_concerns_one_server_alone(town):
    case_id = await town.put()
    [choice] = await town.uwe.autocomplete(town.other_general, "catalogue hide", "case", "")
    assert choice["value"] == case_id
    hidden = await town.do("catalogue hide", who=town.uwe, case=case_id)
    assert "one public case" in hidden.response.content
    assert not (await town.uwe.slash(town.other_general, "case", query="ling")).response.embeds
    assert (await town.mia.slash(town.general, "case", query="ling")).response.embeds
    await town.choose(hidden, "record:unhide", case_id, who=town.uwe)
    assert "every public case" in hidden.response.content
    assert (await town.uwe.slash(town.other_general, "case", query="ling")).response.embeds


async def test_a_public_case_is_not_edited_elsewhere(town):
    case_id = await town.put()
    for command in ("edit", "ruling", "source", "remove", "history"):
        done = await town.do(f"catalogue {command}", who=town.uwe, case=case_id)
        assert "not kept in this server" in said(done)
        assert (
            await town.uwe.autocomplete(town.other_general, f"catalogue {command}", "case", "ling")
            == []
        )
