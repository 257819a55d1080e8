"""The process that announces does so in servers of which its own gateway told it nothing."""

import datetime as dt

import discord
import pytest
from discord.http import Route

from bot.chat.sender import DiscordSender
from bot.domain.announcements import Lane, Target, Wish
from bot.domain.deliveries import Subscription, SubscriptionState
from bot.services.announcements.sending import BrokenOff, Page, Refused, Unreadable
from bot.text import text_for
from tests.announcements.world import NOW
from tests.standin.control import StandIn
from tests.standin.world import READ_MESSAGE_HISTORY

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
async def standin():
    async with StandIn.start() as running:
        yield running
        await running.check_clean()


@pytest.fixture
async def sender(standin, monkeypatch):
    """On a client that is logged in and has no gateway."""
    monkeypatch.setattr(Route, "BASE", f"{standin.url}/api/v10")
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(standin.token)
        yield DiscordSender(client, text_for("en-GB"))


class Pace:
    """Counts the requests beside the first."""

    turns = 0

    async def __call__(self):
        self.turns += 1


async def test_an_empty_channel_is_told_from_one_whose_history_is_hidden(standin, sender):
    guild = await standin.add_guild(channels=4)
    empty, hidden, spoken, busy = guild.channels
    thread = await standin.add_thread(guild.id, empty)
    hidden_thread = await standin.add_thread(guild.id, hidden)
    for channel in (hidden, busy):
        await standin.deny_bot(channel, READ_MESSAGE_HISTORY)
    person = await standin.add_user("person")
    await standin.post(spoken, person, "Hello")
    await standin.post(busy, person, "Hello")

    async def look(channel, after=LONG_AGO):
        pace = Pace()
        begun = len(await standin.requests("GET"))
        read = await sender.look_for(channel, guild.id, 1, after, pace)
        assert len(await standin.requests("GET")) - begun == pace.turns + 1
        return read

    nothing = Page(None, None)
    assert await look(empty) == nothing
    assert await look(thread) == nothing
    assert await look(spoken) == nothing
    assert await look(spoken, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == nothing
    for channel in (hidden, busy, hidden_thread):
        assert isinstance(await look(channel), Unreadable)
    await standin.delete_channel(empty)
    assert isinstance(await look(empty), Refused)


async def test_editors_hear_of_it_in_their_server(standin, sender):
    guild = await standin.add_guild(channels=2)
    broken = Subscription(
        number=1,
        target=Target(Lane.CHANNEL, guild.channels[1], guild.id),
        wish=Wish(),
        role=0,
        person=0,
        made_at=NOW,
        state=SubscriptionState.BROKEN,
        paused_at=NOW,
        code=10003,
    )
    pace = Pace()
    assert await sender.tell_editors(guild.id, 0, BrokenOff((broken,)), pace)
    assert pace.turns == 2
    (notice,) = await standin.messages(guild.channels[0])
    assert f"<#{guild.channels[1]}>" in notice["content"]
    await standin.remove_guild(guild.id)
    assert not await sender.tell_editors(guild.id, 0, BrokenOff((broken,)), pace)
