"""/follow: people who hear of something in direct messages."""

import pytest

from bot.demo import install_in_servers
from bot.domain.records import PUBLIC, public_id
from tests.chat.test_announcements import announce, press, settle, shown_buttons, told_news

CASE = public_id("li-v-liu")


@pytest.fixture(autouse=True)
def _installed():
    install_in_servers()


async def follow(world, command, **options):
    return await world.member.slash(world.general, f"follow {command}", **options)


async def test_a_follower_gets_a_direct_message_and_stops_with_one_press(world, catalogue):
    answer = await follow(world, "add", case=CASE)
    assert "You follow **Li v. Liu**" in answer.response.content
    published = await announce(world, catalogue, told_news(catalogue))
    assert published.deliveries == 1
    message = world.member.user.dm_channel.last_message
    assert message.content.startswith("New ruling: **Li v. Liu**")
    assert [each.get("label") for each in shown_buttons(message)] == [
        "Decision",
        "Read the case",
        "Stop",
    ]
    pressed = await press(world, world.member.user, message, "news:stop:")
    assert "You no longer follow Li v. Liu" in pressed.response.content
    assert "You follow nothing" in (await follow(world, "list")).response.content


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"topic": "authorship"}, "cases on authorship"),
        ({"jurisdiction": "CN"}, "rulings from China"),
        ({"case": CASE}, "Li v. Liu"),
    ],
)
async def test_a_case_a_topic_and_a_jurisdiction_can_be_followed(world, catalogue, options, name):
    await follow(world, "add", **options)
    assert f"• {name}" in (await follow(world, "list")).response.content
    assert (await announce(world, catalogue, told_news(catalogue))).deliveries == 1
    choices = await world.member.autocomplete(world.general, "follow remove", "which", "")
    answer = await follow(world, "remove", which=choices[0]["value"])
    assert f"You no longer follow {name}" in answer.response.content


@pytest.mark.parametrize("options", [{}, {"topic": "training", "jurisdiction": "CN"}])
async def test_exactly_one_thing_is_followed_at_a_time(world, options):
    assert "exactly one" in (await follow(world, "add", **options)).response.content


async def test_unknown_things_are_said(world):
    answer = await follow(world, "add", case="nonsense")
    assert "no such case" in answer.response.content
    answer = await follow(world, "add", jurisdiction="Atlantis")
    assert "from the suggestions" in answer.response.content
    assert "do not follow" in (await follow(world, "remove", which="7")).response.content


async def test_the_follow_button_of_an_announcement_follows_its_case(world, catalogue):
    news = world.guild.create_text_channel("news")
    await world.moderator.slash(world.general, "announcements subscribe", channel=news)
    await announce(world, catalogue, told_news(catalogue))
    answer = await press(world, world.other, news.last_message, "news:follow:")
    assert answer.ephemeral
    assert "You follow **Li v. Liu**" in answer.response.content


async def test_closed_direct_messages_are_told_once_at_the_next_use(world, catalogue):
    await follow(world, "add", case=CASE)
    conversation = world.member.user.dm_channel
    path = f"/channels/{conversation.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50007)
    await announce(world, catalogue, told_news(catalogue))
    await settle(world)
    answer = await world.case("zarya")
    assert len(answer.followups) == 1
    assert "is paused: direct messages from this bot are closed" in answer.followups[0].content
    assert not (await world.case("zarya")).followups
    listed = await follow(world, "list")
    assert "(paused: direct messages from this bot are closed)" in listed.response.content
    resumed = await press(world, world.member, listed.response, "news:resume-following")
    assert "told again" in resumed.response.content


async def test_a_servers_own_case_cannot_be_followed(world, catalogue, monkeypatch):
    record = catalogue.by_slug("li-v-liu", PUBLIC)
    own = type(record)(record.id, world.guild.id, record.revision, record.document)
    monkeypatch.setattr(type(catalogue), "get", lambda self, case_id, scope: own)
    assert (
        "announced in its channels only" in (await follow(world, "add", case=CASE)).response.content
    )
