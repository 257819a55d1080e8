"""An editor publishes and announces: the exact message first, asked once, announced once."""

import asyncio

import pytest

from bot.domain.announcements import NewsKind
from bot.domain.permissions import Actor
from bot.services.announcements.proposals import ChangeSource, OutdatedError
from bot.services.announcements.publishing import Published
from tests.chat.curation.conftest import (
    ids_of,
    make_bot,
    message_of,
    said,
    simcord_bot,
    stores,
    town,
)
from tests.chat.curation.test_drafts import BASICS
from tests.chat.curation.test_permissions import is_refused, post, stored, submit
from tests.chat.test_announcements import shown_buttons
from tests.chat.test_case_command import buttons, selects, shown

__all__ = ["make_bot", "simcord_bot", "stores", "town"]


@pytest.fixture
async def newsroom(town):
    """Wired as the composition root does, with a channel that hears of everything."""
    wire(town.bot)
    town.news = town.guild.create_text_channel("announcements")
    await town.do("announcements subscribe", channel=town.news)
    return town.bot._newsroom


def wire(bot):
    room = bot._newsroom
    bot.publishing._drafting._ledger.listen(room.announcements.follow, room.outbox.kick)


async def restart(town, make_bot):
    """Close the bot as it closes itself, and start another one on the same database."""
    await town.bot._newsroom.outbox.stop(4.0)
    town.bot = make_bot(town.guild.id)
    wire(town.bot)
    await town.env.restart_bot(town.bot)


async def settle(town):
    """Let the outbox send and edit all that is due."""
    await town.env.settle()
    while (task := town.bot._newsroom.outbox._task) is not None and not task.done():
        await asyncio.wait({task})
    await town.env.settle()


async def draft(town, **changes):
    await town.put()  # so that the court is known
    preview = await town.add(BASICS | changes)
    await town.choose(preview, "draft:ruling:", "copyright-denied")
    return preview


def contents(channel):
    return [message.content for message in channel.history()]


async def announced(town, **changes):
    """A case that was announced in the channel; its id."""
    preview = await draft(town, **changes)
    question = await town.press(preview, "news:ask:")
    await town.press(question, "news:sure:")
    await settle(town)
    (case_id,) = {
        record.id
        for record in town.catalogue.records(0)
        if record.case().title == BASICS["caption"]
    }
    return case_id


async def edit(town, case_id, form, values):
    """Begin an edit of the case and fill one part of it."""
    preview = await town.do("catalogue edit", case=case_id)
    opened = await town.press(preview, f"draft:part:{draft_id(preview)}:{form}")
    return await town.theo.submit_modal(opened, values)


def draft_id(preview):
    (custom_id,) = ids_of(message_of(preview), "draft:discard:", buttons)
    return custom_id.split(":")[2]


async def test_a_moderator_adds_a_ruling_presses_publish_and_the_channel_shows_it(town, newsroom):
    preview = await draft(town)
    asked = await town.press(preview, "news:ask:")
    assert asked.ephemeral
    question = message_of(asked)
    shown_before = question.content
    assert "1 channel in 1 server and to 0 members" in shown_before
    assert town.news.last_message is None
    embed = question.embeds[0].to_dict()
    done = await town.press(asked, "news:sure:")
    assert "Published. A-1 is on its way to 1 target" in said(done)
    await settle(town)
    message = town.news.last_message
    assert message.content in shown_before.replace("Sample", "A-1")
    assert message.content.startswith("New case: **Duan v. Wei**")
    assert message.embeds[0].description == embed["description"]
    answer = await town.mia.slash(town.general, "case", query="duan wei")
    assert shown(answer).title == "Duan v. Wei"

    taken = await town.theo.click(
        message_of(done), custom_id=shown_buttons(message_of(done))[0]["custom_id"]
    )
    assert "A-1 is taken back" in said(taken)
    await settle(town)
    assert town.news.last_message.content.startswith("~~New case")


async def test_the_line_on_why_it_matters_is_kept_shown_and_sent(town, newsroom, make_bot):
    preview = await draft(town)
    asked = await town.press(preview, "news:ask:")
    opened = await town.press(asked, "news:why:")
    await town.theo.submit_modal(opened, {"note": "The first about a *lamp*. @everyone"})
    await restart(town, make_bot)
    again = await town.press(preview, "news:ask:")
    (field,) = message_of(again).embeds[0].fields
    assert field.name == "Why it matters"
    assert field.value == "The first about a \\*lamp\\*. @everyone"
    opened = await town.press(again, "news:why:")
    assert "The first about a *lamp*" in str(opened.modal)
    await town.theo.submit_modal(opened, {"note": "Lamps count."})
    assert message_of(again).embeds[0].fields[0].value == "Lamps count."
    await town.press(again, "news:sure:")
    await settle(town)
    (field,) = town.news.last_message.embeds[0].fields
    assert (field.name, field.value) == ("Why it matters", "Lamps count.")


async def test_what_changed_since_it_was_shown_is_shown_again_and_not_sent(town, newsroom):
    preview = await draft(town)
    asked = await town.press(preview, "news:ask:")
    other = await town.press(preview, "news:ask:")
    opened = await town.press(other, "news:why:")
    await town.theo.submit_modal(opened, {"note": "New words"})
    await town.press(asked, "news:sure:")
    assert "It has changed since you looked" in message_of(asked).content
    assert message_of(asked).embeds[0].fields[0].value == "New words"
    await settle(town)
    assert contents(town.news) == []
    await town.press(asked, "news:sure:")
    await settle(town)
    assert len(contents(town.news)) == 1


async def test_pressing_in_two_clients_or_after_a_restart_announces_once(town, newsroom, make_bot):
    preview = await draft(town)
    asked = [await town.press(preview, "news:ask:") for _ in range(3)]
    await town.press(asked[0], "news:sure:")
    await settle(town)
    assert "not there any more" in said(await town.press(asked[1], "news:sure:"))
    await restart(town, make_bot)
    assert "not there any more" in said(await town.press(asked[2], "news:sure:"))
    await settle(town)
    assert len(contents(town.news)) == 1


async def test_a_restart_between_pressing_and_sending_loses_nothing(town, newsroom, make_bot):
    preview = await draft(town)
    asked = await town.press(preview, "news:ask:")
    await newsroom.outbox.stop(4.0)  # the process is about to end
    await town.press(asked, "news:sure:")
    await settle(town)
    assert contents(town.news) == []
    await restart(town, make_bot)
    await settle(town)
    assert len(contents(town.news)) == 1


async def test_taking_back_after_a_restart_stops_and_marks(town, newsroom, make_bot):
    late = town.guild.create_text_channel("late")
    await town.do("announcements subscribe", channel=late)
    preview = await draft(town)
    asked = await town.press(preview, "news:ask:")
    path = f"/channels/{late.id}/messages"
    town.env.inject_error("POST", path, status=403, code=50013)  # tried again hours later
    done = await town.press(asked, "news:sure:")
    await settle(town)
    await restart(town, make_bot)
    taken = await town.press(done, "news:undo:")
    assert "A-1 is taken back: 1 message not sent" in said(taken)
    await settle(town)
    assert contents(late) == []
    (message,) = town.news.history()
    assert message.content.startswith("~~New case")
    assert "published by mistake" in message.embeds[0].description
    assert "**Withdrawn:**" in message.embeds[0].description


async def test_publishing_quietly_offers_to_announce_it_once(town, newsroom):
    preview = await draft(town)
    await town.press(preview, "draft:publish:")
    assert "1 channel would hear of this" in preview.response.content
    assert contents(town.news) == []
    first = await town.press(preview, "news:ask:")
    second = await town.press(preview, "news:ask:")
    opened = await town.press(second, "news:why:")
    await town.theo.submit_modal(opened, {"note": ""})
    await town.press(first, "news:sure:")
    await town.press(second, "news:sure:")
    assert "nothing to announce" in message_of(second).content
    await settle(town)
    assert [each.split(" · ")[-1] for each in contents(town.news)] == ["A-1"]


async def test_what_was_taken_back_can_be_announced_after_all(town, newsroom):
    preview = await draft(town)
    await town.press(preview, "draft:publish:")
    asked = await town.press(preview, "news:ask:")
    done = await town.press(asked, "news:sure:")
    await settle(town)
    await town.press(done, "news:undo:")
    asked = await town.press(preview, "news:ask:")
    await town.press(asked, "news:sure:")
    await settle(town)
    struck, sent = contents(town.news)
    assert struck.startswith("~~New case")
    assert sent.startswith("New case")


async def test_another_result_is_corrected_in_place_and_told_only_if_the_editor_says_so(
    town, newsroom
):
    case_id = await announced(town)
    preview = await edit(town, case_id, "holding", {"result": ["copyright-recognised"]})
    await town.press(preview, "draft:publish:")
    assert "1 channel heard it otherwise" in preview.response.content
    await settle(town)
    (message,) = town.news.history()
    assert "Corrected" in message.embeds[0].footer.text
    asked = await town.press(preview, "news:ask:")
    question = message_of(asked).content
    assert "1 channel in 1 server and to 0 members who were told something else" in question
    told = question_of(asked, "A-2")
    assert "corrects A-1" in told
    await town.press(asked, "news:sure:")
    await settle(town)
    _, line = contents(town.news)
    assert line == told
    assert line.startswith("Correction: **Duan v. Wei**")
    # It is said now; the next edit of other words owes nobody anything.
    preview = await edit(town, case_id, "summary", {"summary": "Other words."})
    await town.press(preview, "draft:publish:")
    assert not ids_of(message_of(preview), "news:ask:", buttons)


def question_of(asked, number):
    """The line of the message that a question shows, with its number."""
    return message_of(asked).content.rsplit("\n", 1)[-1].replace("Sample", number)


async def test_publish_and_announce_of_a_corrected_result_does_both_at_once(town, newsroom):
    case_id = await announced(town)
    preview = await edit(town, case_id, "holding", {"result": ["copyright-recognised"]})
    asked = await town.press(preview, "news:ask:")
    question = message_of(asked).content
    assert "1 message that is posted already is edited" in question
    assert len(contents(town.news)) == 1
    assert town.catalogue.get(case_id, 0).revision == 1
    await town.press(asked, "news:sure:")
    await settle(town)
    _, line = contents(town.news)
    assert line.startswith("Correction: **Duan v. Wei**")
    assert town.catalogue.get(case_id, 0).revision == 2


async def test_of_a_ruling_and_a_status_the_editor_chooses(town, newsroom):
    case_id = await announced(town)
    await edit(town, case_id, "state", {"status": ["on-appeal"]})
    form = {"court": "Beijing High Court", "decided_on": "2026-01-02"}
    preview = await town.theo.submit_modal(await town.do("catalogue ruling", case=case_id), form)
    await town.choose(preview, "draft:ruling:", "copyright-recognised")
    await town.choose(preview, "draft:ruling:", "appeal")
    asked = await town.press(preview, "news:ask:")
    [select] = selects(message_of(asked))
    labels = [option["label"] for option in select["options"]]
    assert labels == [
        "New ruling: Beijing High Court, 2 Jan 2026",
        "New status: Beijing High Court, 2 Jan 2026",
    ]
    assert "New ruling:" in message_of(asked).content
    await town.choose(asked, "news:choose:", select["options"][1]["value"])
    assert "New status:" in message_of(asked).content
    await town.press(asked, "news:sure:")
    await settle(town)
    assert contents(town.news)[-1].startswith("New status:")
    # The ruling of the first announcement stands, so nothing there is corrected.
    assert "Corrected" not in town.news.history()[0].embeds[0].footer.text


async def test_removing_a_case_strikes_what_was_posted_and_offers_to_say_so(town, newsroom):
    case_id = await announced(town)
    opened = await town.do("catalogue remove", case=case_id)
    removed = await town.theo.submit_modal(opened, {"reason": "A hoax"})
    assert "1 channel heard it otherwise" in said(removed)
    await settle(town)
    (posted,) = town.news.history()
    assert "**Withdrawn:** A hoax" in posted.embeds[0].description
    asked = await town.press(removed, "news:ask:")
    assert message_of(asked).embeds[0].description == "**Withdrawn:** A hoax"
    told = question_of(asked, "A-2")
    await town.press(asked, "news:sure:")
    await settle(town)
    line = town.news.last_message
    assert line.content == told
    assert line.content.startswith("Withdrawn: **Duan v. Wei**")
    assert "takes back A-1" in line.content
    # It comes back: the first stands again, what took it back does not.
    restored = await town.do("catalogue restore", case=case_id)
    await settle(town)
    first, second = town.news.history()
    assert first.content.startswith("New case")
    assert second.content.startswith("~~Withdrawn")
    asked = await town.press(restored, "news:ask:")
    assert "Correction" in message_of(asked).content


async def test_presses_at_once_announce_once(town, newsroom):
    case_id = await town.put()
    proposals = newsroom.proposals
    actor = actor_in(town)
    source = ChangeSource(case_id, 1)
    (proposal,) = (await proposals.of_change(actor, source)).proposals
    assert proposal.news.kind is NewsKind.NEW_CASE
    presses = [proposals.announce_change(actor, source, proposal.digest) for _ in range(5)]
    done = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(each, Published) for each in done) == 1
    assert sum(isinstance(each, OutdatedError) for each in done) == 4
    await settle(town)
    assert len(contents(town.news)) == 1


def actor_in(town):
    return Actor(town.theo.id, town.guild.id, manages_server=True)


async def test_nobody_but_who_may_change_it_announces_by_a_forged_id(town, newsroom):
    own = await town.put("own-case", scope=town.guild.id, title="Own v. Case")
    draft_of_theo = draft_id(await draft(town))
    sources = [f"d:{draft_of_theo}", f"c:{own}:1"]
    for source in sources:
        ids = [f"news:ask:{source}", f"news:sure:{source}:00000000"]
        ids += [f"news:why:{source}:new-case.0", f"news:choose:{source}"]
        for who in (town.mia, town.ada, town.uwe):
            before = await stored(town)
            for custom_id in ids:
                chosen = "new-case.0" if "choose" in custom_id else ""
                message = await post(town, who, custom_id, chosen)
                if chosen:
                    result = await who.select(message, custom_id=custom_id, values=[chosen])
                else:
                    result = await who.click(message, custom_id=custom_id)
                assert_refused(result, custom_id)
            form = f"news:note:{source}:new-case.0"
            assert_refused(await submit(town, who, form, {"note": "Mine"}), form)
            assert await stored(town) == before
    await settle(town)
    assert contents(town.news) == []


def assert_refused(result, custom_id):
    assert result.modal is None, custom_id
    known = is_refused(result) or "not there any more" in said(result)
    assert known, (custom_id, said(result))
