"""A real bot and a Discord that keeps its rules: every kind of place, and what is said of it."""

import asyncio
import datetime as dt

from bot.domain.announcements import Wish
from bot.services.announcements.publishing import Announcements
from tests.announcements.world import follow, publish, shipped_news, states, subscribe
from tests.standin.control import StandIn
from tests.standin.rules import Rules
from tests.standin.world import ANNOUNCEMENT, SEND_MESSAGES


async def _until(database, **expected):
    async with asyncio.timeout(30):
        while await states(database) != expected:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)


async def test_each_kind_of_place_gets_it_or_its_editors_hear_why(installation):
    rules = Rules(identify_interval=0.0, archived_refuses=1)
    async with StandIn.start(rules) as discord:
        guild = await discord.add_guild(channels=3)
        system, plain, gone = guild.channels
        wire = await discord.add_channel(guild.id, "wire", kind=ANNOUNCEMENT)
        thread = await discord.add_thread(guild.id, plain)
        archived = await discord.add_thread(guild.id, plain, archived=True)
        denied = await discord.add_channel(guild.id, "denied")
        await discord.deny_bot(denied, SEND_MESSAGES)
        role = await discord.add_role(guild.id, "Fans", mentionable=True)
        editor = await discord.add_user("editor")
        friend = await discord.add_user("friend")
        closed = await discord.add_user("closed", accepts_dms=False)
        told = shipped_news(3)
        async with installation.database() as database:
            places = [plain, wire, thread, archived, gone, denied]
            await subscribe(database, places, guild=guild.id, person=editor)
            wish = Wish(jurisdiction=told.case.jurisdiction)
            await subscribe(database, [plain], guild=guild.id, wish=wish, role=role)
            await follow(database, [friend, closed])
            await publish(database, told)
            await discord.delete_channel(gone)

            async with installation.bot(discord) as bot:
                await discord.wait_connected(bot)
                await _until(database, sent=5, failed=2, waiting=1)
                for channel in (plain, wire, thread, archived):
                    (message,) = await discord.messages(channel)
                    assert message["content"].endswith("· A-1")
                (message,) = await discord.messages(plain)
                assert message["mention_roles"] == [str(role)]
                assert not message["mention_everyone"]
                (direct,) = await discord.messages(await discord.open_dm(friend))
                assert direct["content"].endswith("· A-1")
                # What is known to be forbidden is not asked for.
                requests = await discord.requests("POST /channels")
                assert not [each for each in requests if str(denied) in each["path"]]
                conversation = await discord.open_dm(editor)
                async with asyncio.timeout(30):  # what goes out comes before what is said of it
                    while not (notices := await discord.messages(conversation)):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
                (notice,) = notices
                assert f"<#{gone}>: the channel no longer exists" in notice["content"]
                assert await discord.messages(system) == []

                # A correction edits what is there and pings nobody; here another process writes it.
                now = dt.datetime.now(dt.UTC)
                case = told.case.model_copy(update={"title": "A better caption"})
                service = Announcements(database, lambda: None)
                async with database.write() as tx:
                    changed = await service.correct(
                        tx, told.case_id, 2, case, reason="Typo", at=now
                    )
                assert [each.number for each in changed] == [1]
                assert await bot.stop() == 0
            async with installation.bot(discord) as bot:
                await discord.wait_requests("PATCH /channels/{channel_id}/messages/{message_id}", 5)
                assert await bot.stop() == 0
            (message,) = await discord.messages(plain)
            assert "A better caption" in message["content"]
            assert message["embeds"][0]["footer"]["text"].startswith("Corrected: Typo")
            assert await states(database) == {"sent": 5, "failed": 2, "waiting": 1}
        await discord.check_clean()
