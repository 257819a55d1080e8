"""/announcements and the buttons below announcements, in a simulated server."""

import datetime as dt

import discord
import pytest

from bot.demo import install_in_servers
from bot.domain.announcements import News, NewsKind
from bot.domain.records import PUBLIC
from bot.domain.revisions import Author, ChangeKind
from bot.storage import cases
from bot.storage.cases import Change, StoredCase
from tests.chat.test_case_command import buttons

CASE = "li-v-liu"


@pytest.fixture(autouse=True)
def _installed():
    install_in_servers()


def told_news(catalogue, slug=CASE, kind=NewsKind.NEW_RULING, **changes):
    record = catalogue.by_slug(slug, PUBLIC)
    case = record.case().model_copy(update=changes)
    return News(kind, record.id, PUBLIC, record.revision, case, 0)


async def announce(world, catalogue, news, *, author=None):
    """Publish, and let the outbox work it off."""
    newsroom = world.bot._newsroom
    database = newsroom.announcements._database
    async with database.write() as tx:
        if await cases.get(tx, news.case_id) is None:
            record = catalogue.get(news.case_id, PUBLIC)
            change = Change(StoredCase(record, news.case.slug), ChangeKind.ADDED)
            now = dt.datetime.now(dt.UTC)
            await cases.record(tx, [change], author=Author(), reason="", at=now)
    published = await newsroom.announcements.publish(news, author or Author(1, 1))
    await settle(world)
    return published


async def settle(world):
    task = world.bot._newsroom.outbox._task
    if task is not None:
        await task
    await world.env.settle()


async def editor(world, command, **options):
    return await world.moderator.slash(world.general, f"announcements {command}", **options)


def shown_buttons(message):
    """The buttons of a message in a channel, or of a private answer."""
    if isinstance(message, discord.Message):
        return [part.to_dict() for row in message.components for part in row.children]
    return buttons(message)


def press(world, who, message, start):
    there = shown_buttons(message)
    custom_id = next(each["custom_id"] for each in there if _begins(each, start))
    return who.click(message, custom_id=custom_id)


def _begins(button, start):
    return button.get("custom_id", "").startswith(start)


def bodies(world, channel):
    """What the bot posted in a channel."""
    path = f"/channels/{channel.id}/messages"
    return [
        each.json
        for each in world.env.http_requests
        if each.method == "POST" and each.path.endswith(path)
    ]


async def first_choice(world, command):
    found = await world.moderator.autocomplete(
        world.general, f"announcements {command}", "which", ""
    )
    return found[0]["value"]


@pytest.fixture
async def news(world):
    """A channel that hears of everything."""
    channel = world.guild.create_text_channel("news")
    await editor(world, "subscribe", channel=channel)
    return channel


async def test_a_channel_that_subscribes_gets_the_next_ruling(world, catalogue):
    news = world.guild.create_text_channel("news")
    answer = await editor(world, "subscribe", channel=news, jurisdiction="CN")
    assert answer.ephemeral
    assert "from now on" in answer.response.content
    published = await announce(world, catalogue, told_news(catalogue))
    assert published.deliveries == 1
    message = news.last_message
    assert message.content.startswith("New ruling: **Li v. Liu** · 🇨🇳 Beijing Internet Court")
    assert message.content.endswith(f"· A-{published.announcement.number}")
    (embed,) = message.embeds
    assert embed.title == "Li v. Liu"
    assert "Copyright recognised" in embed.description
    labels = [button.get("label") for button in shown_buttons(message)]
    assert labels == ["Decision", "Read the case", "Follow", "Stop these"]
    # Another jurisdiction is not wanted there.
    other = await announce(world, catalogue, told_news(catalogue, "getty-images-v-stability-ai-uk"))
    assert other.deliveries == 0
    assert news.last_message.id == message.id


async def test_two_subscriptions_of_a_channel_make_one_message_that_pings_both_roles(
    world, catalogue
):
    news = world.guild.create_text_channel("news")
    one, other = (world.guild.create_role(name, mentionable=True) for name in ("One", "Other"))
    await editor(world, "subscribe", channel=news, jurisdiction="CN", role=one)
    await editor(world, "subscribe", channel=news, topic="authorship", role=other)
    published = await announce(world, catalogue, told_news(catalogue))
    assert published.deliveries == 1
    assert f"<@&{one.id}>" in news.last_message.content
    (body,) = bodies(world, news)
    assert body["allowed_mentions"]["parse"] == []
    assert set(body["allowed_mentions"]["roles"]) == {str(one.id), str(other.id)}
    assert body["enforce_nonce"] is True
    assert len(body["nonce"]) <= 25


async def test_text_that_names_everyone_pings_nobody(world, catalogue, news):
    title = "@everyone v. @here <@&1> `x` **y**"
    await announce(world, catalogue, told_news(catalogue, title=title))
    (body,) = bodies(world, news)
    assert body["allowed_mentions"] == {"parse": []}
    assert r"\<@&1>" in body["content"]
    assert not news.last_message.mention_everyone


async def test_everyone_is_refused_as_a_role(world):
    everyone = world.guild.default_role
    answer = await editor(world, "subscribe", channel=world.general, role=everyone)
    assert "never pings everyone" in answer.response.content


async def test_a_role_that_cannot_be_pinged_is_said_with_how_to_mend_it(world):
    role = world.guild.create_role("Quiet")
    overwrite = discord.PermissionOverwrite(mention_everyone=False)
    overwrites = {world.guild.default_role: overwrite}
    news = world.guild.create_text_channel("news", overwrites=overwrites)
    answer = await editor(world, "subscribe", channel=news, role=role)
    assert "named but not pinged" in answer.response.content
    assert "Server Settings" in answer.response.content


async def test_a_missing_permission_is_named_and_nothing_is_saved(world):
    overwrite = discord.PermissionOverwrite(send_messages=False, embed_links=False)
    overwrites = {world.guild.default_role: overwrite}
    hidden = world.guild.create_text_channel("hidden", overwrites=overwrites)
    answer = await editor(world, "subscribe", channel=hidden)
    assert "lacks *Send Messages*, *Embed Links*" in answer.response.content
    assert "Nothing was saved" in answer.response.content
    assert "Nothing is announced" in (await editor(world, "list")).response.content


async def test_only_editors_may(world, news):
    with pytest.raises(Exception, match="announcements"):
        await world.member.slash(world.general, "announcements list")


async def test_a_sample_is_posted_on_request_and_pings_nobody(world):
    role = world.guild.create_role("Fans", mentionable=True)
    answer = await editor(world, "subscribe", channel=world.general, topic="training", role=role)
    pressed = await press(world, world.moderator, answer.response, "news:sample:")
    assert "A sample is there" in pressed.response.content
    message = world.general.last_message
    assert "· Sample" in message.content
    assert f"<@&{role.id}>" in message.content
    assert bodies(world, world.general)[-1]["allowed_mentions"] == {"parse": []}


async def test_pausing_and_resuming_tells_what_was_missed_in_one_list(world, catalogue, news):
    which = await first_choice(world, "pause")
    await editor(world, "pause", which=which)
    missed = await announce(world, catalogue, told_news(catalogue))
    assert missed.deliveries == 0
    assert "paused" in (await editor(world, "list")).response.content
    answer = await editor(world, "resume", which=which)
    assert "1 announcement went out meanwhile" in answer.response.content
    shown = await press(world, world.moderator, answer.response, "news:missed:")
    assert f"A-{missed.announcement.number}" in shown.response.content
    assert news.last_message is None
    assert (await announce(world, catalogue, told_news(catalogue, "zarya-of-the-dawn"))).deliveries


async def test_unsubscribing_ends_it(world, catalogue, news):
    await editor(world, "unsubscribe", which=await first_choice(world, "unsubscribe"))
    assert (await announce(world, catalogue, told_news(catalogue))).deliveries == 0


async def test_a_preview_is_what_the_channel_gets(world, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    answer = await editor(world, "preview", which=await first_choice(world, "preview"))
    assert news.last_message.content in answer.response.content
    assert answer.response.embeds[0].to_dict() == news.last_message.embeds[0].to_dict()


async def test_the_status_says_what_arrived_and_what_failed_and_why(world, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    world.env.inject_error("POST", f"/channels/{news.id}/messages", status=403, code=50013)
    await announce(world, catalogue, told_news(catalogue, "zarya-of-the-dawn"))
    content = (await editor(world, "status")).response.content
    assert "Sent: 1" in content
    assert "Waiting: 1" in content
    assert "may not write or embed links there; will be tried again" in content


async def test_read_the_case_answers_privately_in_place(world, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    answer = await press(world, world.member, news.last_message, "news:read:")
    assert answer.ephemeral
    assert answer.response.embeds[0].title == "Li v. Liu"


async def test_stop_these_is_for_editors(world, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    answer = await press(world, world.member, news.last_message, "news:stop:")
    assert "Only editors may" in answer.response.content
    answer = await press(world, world.moderator, news.last_message, "news:stop:")
    assert "1 subscription ended" in answer.response.content
    assert "Nothing is announced" in (await editor(world, "list")).response.content


async def test_buttons_work_after_a_restart(world, make_bot, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    await world.env.restart_bot(make_bot())
    answer = await press(world, world.member, news.last_message, "news:read:")
    assert answer.response.embeds[0].title == "Li v. Liu"


async def test_publishing_the_same_again_announces_once(world, catalogue, news):
    first = await announce(world, catalogue, told_news(catalogue))
    again = await announce(world, catalogue, told_news(catalogue))
    assert not again.new
    assert again.announcement.number == first.announcement.number
    assert len(bodies(world, news)) == 1


async def test_taking_back_strikes_what_was_posted(world, catalogue, news):
    published = await announce(world, catalogue, told_news(catalogue))
    newsroom = world.bot._newsroom
    await newsroom.announcements.undo(published.announcement.number, reason="a mistake")
    await settle(world)
    message = news.last_message
    assert message.content.startswith("~~New ruling")
    assert message.embeds[0].description.startswith("**Withdrawn:** a mistake")


async def test_nothing_is_kept_for_the_messages_that_were_announced(world, catalogue, news):
    await announce(world, catalogue, told_news(catalogue))
    assert not world.bot._connection._view_store._synced_message_views
