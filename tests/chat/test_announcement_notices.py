"""What a server's editors hear of each refusal that ends something, and where they hear it."""

import datetime as dt

import pytest

from bot.demo import install_in_servers
from bot.domain.announcements import Lane, News, NewsKind, Target, Wish
from bot.domain.deliveries import Announcement, Subscription, SubscriptionState
from bot.domain.records import PUBLIC
from bot.domain.revisions import Author
from bot.services.announcements.sending import BrokenOff, TextRefused
from tests.chat.test_announcements import announce, editor, settle, told_news

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
REASONS = {
    10003: "the channel no longer exists",
    10004: "the bot is no longer in that server",
    50001: "the bot may not see the channel",
    50013: "the bot may not write or embed links there",
    50008: "nothing can be posted in a channel of that kind",
    50024: "nothing can be posted in a channel of that kind",
    50083: "the thread is archived",
    160005: "the thread is locked",
    40001: "Discord refused it (code 40001)",
}
TEXT_REASONS = {
    50035: "Discord calls the message malformed",
    50006: "Discord calls the message empty",
    200000: "AutoMod blocked the text",
    240000: "Discord blocked a link as harmful",
}


@pytest.fixture(autouse=True)
def _installed():
    install_in_servers()


@pytest.fixture
def news(catalogue):
    return told_news(catalogue)


def broken(world, code, channel=5):
    return Subscription(
        number=1,
        target=Target(Lane.CHANNEL, channel, world.guild.id),
        wish=Wish(),
        role=0,
        person=world.moderator.id,
        made_at=NOW,
        state=SubscriptionState.BROKEN,
        paused_at=NOW,
        code=code,
    )


class Pace:
    turns = 0

    async def __call__(self):
        self.turns += 1


async def tell(world, notice, person=0):
    pace = Pace()
    sender = world.bot.announcing.sender
    told = await sender.tell_editors(world.guild.id, person, notice, pace)
    await world.env.settle()
    return told, pace.turns


def direct(world):
    return [message.content for message in world.moderator.user.dm_channel.history()]


@pytest.mark.parametrize("code", REASONS)
async def test_whoever_subscribed_hears_why_a_channel_is_paused_and_what_to_do(world, code):
    told, turns = await tell(world, BrokenOff((broken(world, code),)), world.moderator.id)
    assert told
    assert turns == 2  # opening the conversation, and the message
    (content,) = direct(world)
    assert f"• <#5>: {REASONS[code]}" in content
    assert "`/announcements resume`" in content


async def test_many_channels_of_a_server_make_one_message(world):
    every = tuple(broken(world, 10003, channel) for channel in range(100, 150))
    await tell(world, BrokenOff(every), world.moderator.id)
    (content,) = direct(world)
    assert content.count("no longer exists") == 20
    assert "30 more" in content


@pytest.mark.parametrize("code", TEXT_REASONS)
async def test_whoever_published_hears_that_the_text_is_refused(world, catalogue, code):
    record = catalogue.by_slug("li-v-liu", PUBLIC)
    news = News(NewsKind.NEW_RULING, record.id, PUBLIC, 1, record.case(), 0)
    author = Author(world.moderator.id, world.guild.id)
    notice = TextRefused(Announcement(7, news, author, NOW, code=code))
    told, _ = await tell(world, notice, world.moderator.id)
    assert told
    (content,) = direct(world)
    assert content.startswith(f"The announcement A-7 (Li v. Liu) was stopped: {TEXT_REASONS[code]}")
    assert "publish it again" in content


async def test_where_moderators_have_a_channel_of_their_own_it_is_said_there(world, monkeypatch):
    place = world.guild.create_text_channel("moderators-only")
    server = world.bot.get_guild(world.guild.id)
    monkeypatch.setattr(server, "_public_updates_channel_id", place.id)
    told, turns = await tell(world, BrokenOff((broken(world, 10003),)), world.moderator.id)
    assert (told, turns) == (True, 1)
    assert "no longer exists" in place.last_message.content
    assert direct(world) == []


async def test_where_nobody_takes_direct_messages_the_system_channel_is_next(world, monkeypatch):
    server = world.bot.get_guild(world.guild.id)
    notice = BrokenOff((broken(world, 10003),))
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=2)
    told, _ = await tell(world, notice, world.moderator.id)
    assert not told  # there is no such channel either
    monkeypatch.setattr(server, "_system_channel_id", world.general.id)
    told, _ = await tell(world, notice, world.moderator.id)
    assert told
    assert "no longer exists" in world.general.last_message.content


async def test_a_refused_text_stops_everywhere_and_its_editor_hears_it_at_once(
    world, catalogue, news
):
    await editor(world, "subscribe", channel=world.general)
    world.env.inject_error(
        "POST", f"/channels/{world.general.id}/messages", status=400, code=200000
    )
    author = Author(world.moderator.id, world.guild.id)
    await announce(world, catalogue, news, author=author)
    await settle(world)
    (content,) = direct(world)
    assert "was stopped: AutoMod blocked the text" in content
