"""Members tell the editors something, and hear what became of it."""

import discord
import pytest

from bot.domain.permissions import Actor
from tests.chat.curation.conftest import ids_of, said
from tests.chat.test_case_command import buttons, selects


async def suggest(town, who=None, **values):
    person = who or town.mia
    opened = await town.do("suggest", who=person)
    return await person.submit_modal(opened, {"text": "Duan v. Wei", **values})


async def test_a_suggestion_is_drafted_approved_and_told(town):
    thanks = await suggest(town, text="Duan v. Wei\nA lamp.", link="https://court.example/d")
    assert "editors of the public catalogue" in said(thanks)
    queue = await town.do("catalogue queue")
    assert "1 suggestion" in said(queue)
    [option] = selects(queue.response)[0]["options"]
    await town.choose(queue, "suggest:open", option["value"])
    assert f"<@{town.mia.id}>" in queue.response.content
    draft = await town.press(queue, "suggest:do:draft:")
    assert "Duan v. Wei" in draft.response.content
    opened = await town.press(queue, "suggest:do:approve:")
    await town.theo.submit_modal(opened, {"answer": "Thanks, @everyone"})
    assert "told in a direct message" in queue.response.content
    message = town.mia.user.dm_channel.last_message
    assert "take up what you suggested" in message.content
    assert not message.mention_everyone
    await town.press(queue, "suggest:queue:")
    assert "Nothing waits" in queue.response.content


async def drafted(town, **values):
    """The draft that an editor begins from what a member suggested."""
    await suggest(town, **values)
    queue = await town.do("catalogue queue")
    [option] = selects(queue.response)[0]["options"]
    await town.choose(queue, "suggest:open", option["value"])
    return await town.press(queue, "suggest:do:draft:")


async def finished(town, **values):
    """The same, with all that it needs to be published."""
    await town.put()  # so that the court is known
    preview = await drafted(town, **values)
    opened = await town.press(preview, f"draft:part:{draft_id(preview)}:ruling")
    ruling = {"court": "Beijing Internet Court", "decided_on": "3 March 2025"}
    preview = await town.theo.submit_modal(opened, ruling)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    return preview


def draft_id(preview):
    [custom_id] = ids_of(preview.response, "draft:discard:", buttons)
    return custom_id.split(":")[2]


async def test_publishing_what_was_suggested_approves_it_and_tells_the_person(town):
    preview = await finished(town, text="Duan v. Wei\nA lamp.", link="https://court.example/d")
    assert "1 suggestion" in said(await town.do("catalogue queue"))
    await town.press(preview, "draft:publish:")
    assert "is in the **public catalogue**" in preview.response.content
    assert "Nothing waits" in said(await town.do("catalogue queue"))
    told = town.mia.user.dm_channel.last_message.content
    assert "take up what you suggested" in told
    assert "**Duan v. Wei** · <https://court.example/d>" in told
    assert await town.desk.suggestions.untold() == []


async def test_announcing_what_was_suggested_approves_it_too(town):
    preview = await finished(town, text="Duan v. Wei\nA lamp.", link="https://court.example/d")
    asked = await town.press(preview, "news:ask:")
    assert "1 suggestion" in said(await town.do("catalogue queue"))  # looking settles nothing
    await town.press(asked, "news:sure:")
    assert "Nothing waits" in said(await town.do("catalogue queue"))
    assert "**Duan v. Wei**" in town.mia.user.dm_channel.last_message.content


async def test_an_edit_settles_every_report_that_it_takes_up(town):
    case_id = await town.put()
    for text in ("The date is wrong", "The judge too"):
        await town.desk.suggestions.report_mistake(Actor(town.mia.id, town.guild.id), case_id, text)
    queue = await town.do("catalogue queue")
    for option in selects(queue.response)[0]["options"]:
        await town.choose(queue, "suggest:open", option["value"])
        preview = await town.press(queue, "suggest:do:draft:")
        await town.press(queue, "suggest:queue:")
    opened = await town.press(preview, f"draft:part:{draft_id(preview)}:summary")
    preview = await town.theo.submit_modal(opened, {"summary": "Better words."})
    await town.press(preview, "draft:publish:")
    assert "Nothing waits" in said(await town.do("catalogue queue"))
    told = [message.content for message in town.mia.user.dm_channel.history()]
    assert len(told) == 2
    assert all("**Ling v. Qiao**" in each for each in told)


async def test_discarding_the_draft_leaves_the_suggestion_open(town):
    preview = await drafted(town)
    await town.press(preview, "draft:discard:")
    await town.press(preview, "draft:discard:")
    assert "The draft is gone" in preview.response.content
    assert "1 suggestion" in said(await town.do("catalogue queue"))


async def test_what_was_declined_before_stays_declined(town):
    preview = await finished(town, text="Duan v. Wei\nA lamp.", link="https://court.example/d")
    queue = await town.do("catalogue queue")
    await town.choose(queue, "suggest:open", selects(queue.response)[0]["options"][0]["value"])
    opened = await town.press(queue, "suggest:do:decline:")
    await town.theo.submit_modal(opened, {"answer": ""})
    await town.press(preview, "draft:publish:")
    [told] = [message.content for message in town.mia.user.dm_channel.history()]
    assert "did not take it up" in told


async def test_a_mistake_is_reported_below_an_answer_and_declined(town):
    await town.put()
    answer = await town.mia.slash(town.general, "case", query="ling qiao")
    opened = await town.press(answer, "suggest:report:", who=town.mia)
    assert "Ling v. Qiao" in opened.modal["components"][0]["content"]
    thanks = await town.mia.submit_modal(opened, {"text": "The date is wrong"})
    assert thanks.ephemeral
    assert not answer.response.flags.ephemeral
    queue = await town.do("catalogue queue")
    [option] = selects(queue.response)[0]["options"]
    assert option["label"] == "Mistake: Ling v. Qiao"
    await town.choose(queue, "suggest:open", option["value"])
    opened = await town.press(queue, "suggest:do:decline:")
    await town.theo.submit_modal(opened, {"answer": ""})
    assert "did not take it up" in town.mia.user.dm_channel.last_message.content
    assert "Declined" in queue.response.content
    assert not ids_of(queue.response, "suggest:do:draft", buttons)


async def test_a_long_answer_arrives_as_it_was_written(town):
    await suggest(town)
    queue = await town.do("catalogue queue")
    [option] = selects(queue.response)[0]["options"]
    await town.choose(queue, "suggest:open", option["value"])
    opened = await town.press(queue, "suggest:do:decline:")
    answer = "It was settled out of court in May. " * 13
    await town.theo.submit_modal(opened, {"answer": answer})
    assert answer.strip() in town.mia.user.dm_channel.last_message.content


async def test_whoever_suggests_too_much_keeps_what_they_wrote(town):
    for number in range(3):
        assert "Thank you" in said(await suggest(town, text=f"Case {number}"))
    refused = said(await suggest(town, text="The *fourth*"))
    assert "as many as one may send" in refused
    assert "The \\*fourth\\*" in refused


async def test_another_server_settles_its_own(town):
    await suggest(town)
    assert "Nothing waits" in said(await town.do("catalogue queue", who=town.uwe))


async def test_somebody_without_direct_messages_is_not_asked_twice(town):
    await suggest(town)
    queue = await town.do("catalogue queue")
    await town.choose(queue, "suggest:open", selects(queue.response)[0]["options"][0]["value"])
    opened = await town.press(queue, "suggest:do:approve:")
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await town.theo.submit_modal(opened, {"answer": ""})
    assert "could not be told" in queue.response.content
    assert await town.desk.suggestions.untold() == []


@pytest.fixture
def owner(town, monkeypatch):
    """Mia owns the bot, and no server curates."""
    town.desk.access.curator_guild = None
    monkeypatch.setattr(town.bot.application.owner, "id", town.mia.id, raising=False)
    assert isinstance(town.bot.application, discord.AppInfo)
    return town.mia


async def test_where_nobody_curates_the_owner_decides(town, owner):
    await town.put()
    answer = await town.uwe.slash(town.other_general, "case", query="ling qiao")
    opened = await town.press(answer, "suggest:report:", who=town.uwe)
    thanks = await town.uwe.submit_modal(opened, {"text": "The date is wrong"})
    assert "whoever runs this bot" in said(thanks)
    message = owner.user.dm_channel.last_message
    assert "The date is wrong" in message.content
    [custom_id] = [b for b in ids_of_message(message) if b.startswith("suggest:do:approve")]
    opened = await owner.user.click(message, custom_id=custom_id)
    decided = await owner.user.submit_modal(opened, {"answer": "Mended"})
    assert "Approved" in said(decided)
    assert "They say: Mended" in town.uwe.user.dm_channel.last_message.content


async def test_the_owner_finds_what_no_direct_message_brought(town, owner):
    case_id = await town.put()
    await town.desk.servers.name_editors(
        Actor(town.theo.id, town.guild.id, manages_server=True), town.role.id
    )
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    answer = await town.uwe.slash(town.other_general, "case", query="ling qiao")
    opened = await town.press(answer, "suggest:report:", who=town.uwe)
    await town.uwe.submit_modal(opened, {"text": "The date is wrong"})
    theo = monkeypatched_owner(town)
    queue = await town.do("catalogue queue", who=theo)
    [select] = selects(queue.response)
    assert select["placeholder"] == "For you as the owner of this bot"
    await town.choose(queue, "suggest:open:owner", select["options"][0]["value"], who=theo)
    assert "The date is wrong" in queue.response.content
    opened = await town.press(queue, "suggest:do:decline:", who=theo)
    await theo.submit_modal(opened, {"answer": "It is right"})
    assert "Declined" in queue.response.content
    assert town.catalogue.get(case_id, 0) is not None
    assert "Nothing waits" in said(await town.do("catalogue queue", who=town.uwe))


def monkeypatched_owner(town):
    """Theo, who owns the bot from now on."""
    town.bot.application.owner.id = town.theo.id
    return town.theo


def ids_of_message(message):
    return [part.custom_id for row in message.components for part in row.children]
