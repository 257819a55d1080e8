"""An editor publishes and announces: the exact message first, asked once, announced once."""

import pytest

from tests.chat.curation.conftest import make_bot, said, simcord_bot, stores, town
from tests.chat.curation.test_drafts import BASICS
from tests.chat.test_announcements import shown_buttons
from tests.chat.test_case_command import shown

__all__ = ["make_bot", "simcord_bot", "stores", "town"]


@pytest.fixture
async def newsroom(town):
    """Wired as the composition root does."""
    room = town.bot._newsroom
    ledger = town.bot.announcing._drafting._ledger
    ledger.listen(room.announcements.follow, room.outbox.kick)
    return room


def last(result):
    """The newest message of an answer."""
    return result.followups[-1] if result.followups else result.response


async def settle(town, newsroom):
    task = newsroom.outbox._task
    if task is not None:
        await task
    await town.env.settle()


async def draft(town, **changes):
    await town.put()  # so that the court is known
    preview = await town.add(BASICS | changes)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    return preview


async def test_a_moderator_adds_a_ruling_presses_publish_and_the_channel_shows_it(town, newsroom):
    news = town.guild.create_text_channel("announcements")
    await town.do("announcements subscribe", channel=news)
    preview = await draft(town)
    asked = await town.press(preview, "news:draft:ask:")
    assert asked.ephemeral
    question = last(asked)
    assert "1 channel in 1 server and to 0 members" in question.content
    assert news.last_message is None
    (sure,) = [each["custom_id"] for each in shown_buttons(question)]
    done = await town.theo.click(question, custom_id=sure)
    assert "Published. A-1 is on its way to 1 target" in last(done).content
    await settle(town, newsroom)
    message = news.last_message
    assert message.content.removesuffix("A-1") in question.content.replace("Sample", "A-1")
    assert message.content.startswith("New case: **Duan v. Wei**")
    assert message.embeds[0].description == question.embeds[0].description
    answer = await town.mia.slash(town.general, "case", query="duan wei")
    assert shown(answer).title == "Duan v. Wei"

    again = await town.theo.click(question, custom_id=sure)
    assert "on its way" not in said(again)
    await settle(town, newsroom)
    assert news.last_message.id == message.id

    taken = await town.theo.click(last(done), custom_id=shown_buttons(last(done))[0]["custom_id"])
    assert "A-1 is taken back" in said(taken)
    await settle(town, newsroom)
    assert news.last_message.content.startswith("~~New case")


async def test_removing_a_case_strikes_what_was_posted_of_it(town, newsroom):
    news = town.guild.create_text_channel("announcements")
    await town.do("announcements subscribe", channel=news)
    preview = await draft(town)
    question = last(await town.press(preview, "news:draft:ask:"))
    sure = shown_buttons(question)[0]["custom_id"]
    await town.theo.click(question, custom_id=sure)
    await settle(town, newsroom)
    posted = news.last_message
    (case_id,) = {
        record.id
        for record in town.bot._newsroom.catalogue.records(0)
        if record.case().title == "Duan v. Wei"
    }
    opened = await town.do("catalogue remove", case=case_id)
    await town.theo.submit_modal(opened, {"reason": "A hoax"})
    await settle(town, newsroom)
    assert news.last_message.id == posted.id
    assert "**Withdrawn:** A hoax" in news.last_message.embeds[0].description
