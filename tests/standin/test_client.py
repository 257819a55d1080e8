"""discord.py's untouched client against the stand-in, over real HTTP and WebSocket."""

import asyncio
import signal
from pathlib import Path

import aiohttp
import discord
import pytest

from tests.standin.conftest import Connect
from tests.standin.control import RefusedError, StandIn, Who
from tests.standin.rules import Rate, Rules


async def test_it_connects_syncs_and_sees_its_servers(standin: StandIn, connect: Connect) -> None:
    guilds = await standin.add_guilds(3, channels=2, locale="de")

    async with connect(standin) as client:
        assert {guild.id for guild in client.guilds} == {guild.id for guild in guilds}
        seen = client.get_guild(guilds[0].id)
        assert [channel.id for channel in seen.text_channels] == guilds[0].channels
        assert seen.preferred_locale is discord.Locale.german
        assert seen.me.guild_permissions.send_messages

        late = await standin.add_guild("Late")
        await standin.remove_guild(guilds[1].id)
        await standin.slash("echo", {"text": "after both"}, Who(late.channels[0]))
        assert client.left == [guilds[1].id]

    names = {command["name"] for command in await standin.commands()}
    assert names == {"echo", "slow", "many"}
    await standin.wait_connected(shards=0)


async def test_a_person_uses_commands_components_and_forms(
    standin: StandIn, connect: Connect
) -> None:
    guild = await standin.add_guild(channels=2)
    who = Who(guild.channels[0], locale="fr")

    async with connect(standin) as client:
        said = await standin.slash("echo", {"text": "hello"}, who)
        assert (said.content, said.ephemeral) == ("hello", False)
        assert said.milliseconds is not None
        assert [m["content"] for m in await standin.messages(who.channel)] == ["hello"]
        assert client.seen[-1].locale is discord.Locale.french

        typed = await standin.suggest("echo", "text", "ab", who)
        assert [choice["name"] for choice in typed.choices] == ["ab0", "ab1", "ab2"]

        private = await standin.slash("echo", {"text": "psst", "private": True}, who)
        assert private.ephemeral
        assert len(await standin.messages(who.channel)) == 1

        late = await standin.slash("slow", who=who.administrator())
        assert (late.deferred, late.content, late.ephemeral) == (True, "done", True)

        named = await standin.slash("many where", {"channel": guild.channels[1]}, who)
        assert named.content == "channel-2"

        form = await standin.press(said.message_id, "form", who)
        assert form.data["title"] == "A form"
        assert (await standin.submit(form, {"name": "Ada"}, who)).content == "You are Ada"

        changed = await standin.press(private.message_id, "change", who)
        assert (changed.content, changed.message_id) == ("changed", private.message_id)
        with pytest.raises(RefusedError, match="no component 'change'"):
            await standin.press(private.message_id, "change", who)
        assert (
            await standin.press(said.message_id, "nobody", who, forged=True, wait=0.1)
        ).type is None

    await standin.check_clean()


async def test_discord_hides_what_a_person_may_not_use(standin: StandIn, connect: Connect) -> None:
    guild = await standin.add_guild()
    user = await standin.add_user("Ada")
    dm = await standin.open_dm(user)
    group = await standin.open_group([user, await standin.add_user("Grace")])

    async with connect(standin) as client:
        with pytest.raises(RefusedError, match="hidden from this member"):
            await standin.slash("slow", who=Who(guild.channels[0], user))
        with pytest.raises(RefusedError, match="no command /nothing"):
            await standin.slash("nothing", who=Who(guild.channels[0]))
        with pytest.raises(RefusedError, match="text is required"):
            await standin.slash("echo", who=Who(guild.channels[0]))

        assert (await standin.slash("echo", {"text": "here"}, Who(dm, user))).content == "here"
        assert client.seen[-1].context.dm_channel

        away = Who(group, user, installs=("user",))
        assert (await standin.slash("echo", {"text": "away"}, away)).content == "away"
        assert client.seen[-1].context.private_channel
        assert not client.seen[-1].is_guild_integration()
        assert client.seen[-1].user.id == user


async def test_a_dropped_connection_is_resumed_without_losing_events(
    standin: StandIn, connect: Connect
) -> None:
    guild = await standin.add_guild()

    async with connect(standin) as client:
        assert await standin.drop() == 1
        await standin.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)
        async with asyncio.timeout(10):
            await client.was_resumed.wait()
        report = await standin.report()

        assert client.left == [guild.id]
        assert (report["identifies"], report["resumes"]) == (1, 1)


async def test_a_forgotten_session_identifies_anew(connect: Connect) -> None:
    async with StandIn.start(Rules(identify_interval=0.0)) as standin:
        guild = await standin.add_guild()

        async with connect(standin) as client:
            client.was_ready.clear()
            await standin.drop(code=4000, invalidate=True)
            async with asyncio.timeout(10):
                await client.was_ready.wait()
            answer = await standin.slash("echo", {"text": "again"}, Who(guild.channels[0]))
            report = await standin.report()

        assert answer.content == "again"
        assert (report["identifies"], report["refused_resumes"]) == (2, 1)


async def test_a_wrong_token_and_privileged_intents_are_refused(standin: StandIn) -> None:
    headers = {"Authorization": "Bot wrong"}
    identify = {"token": standin.token, "intents": 1 << 15}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{standin.url}/api/v10/users/@me", headers=headers) as response:
            assert response.status == 401
        for data, code in ((identify, 4014), ({**identify, "token": "wrong"}, 4004)):
            async with session.ws_connect(f"{standin.url}/gateway/?v=10&encoding=json") as socket:
                assert (await socket.receive_json())["op"] == 10
                await socket.send_json({"op": 2, "d": data})
                await socket.receive()
                assert socket.close_code == code

    assert (await standin.report())["invalid"]["401"] == 1


async def test_a_client_paces_itself_by_the_buckets_it_is_told_of(connect: Connect) -> None:
    async with StandIn.start(Rules(message_rate=Rate(2, 0.3))) as standin:
        guild = await standin.add_guild()

        async with connect(standin) as client:
            channel = client.get_channel(guild.channels[0])
            for number in range(5):
                await channel.send(str(number))

        report = await standin.report()
        assert (report["invalid"]["429"], await standin.sent()) == (0, {guild.channels[0]: 5})


async def test_a_burst_over_the_global_limit_draws_429s_and_loses_nothing_in_the_end(
    connect: Connect,
) -> None:
    async with StandIn.start(Rules(global_rate=Rate(20, 0.5))) as standin:
        guild = await standin.add_guild(channels=30)

        async with connect(standin) as client:
            channels = [client.get_channel(channel) for channel in guild.channels]
            await asyncio.gather(*(channel.send("news") for channel in channels))

        assert set((await standin.copies("news")).values()) == {1}
        assert (await standin.report())["invalid"]["429"] > 0


async def test_the_bare_bot_runs_through_the_launcher(standin: StandIn, tmp_path: Path) -> None:
    guild = await standin.add_guild()
    who = Who(guild.channels[0])

    async with standin.bot("-m", "benchmarks.bare_bot", folder=tmp_path) as bot:
        await standin.wait_connected(bot)
        await standin.wait_commands()
        assert (await standin.slash("case", {"query": "beijing"}, who)).embeds
        load = await standin.load("case", "query", ["a", "b"], who, count=50, suggest=True)
        assert (load.answered, load.shapes) == (50, {"choices": 50})
        assert bot.resident_bytes() > 10_000_000
        bot.signal(signal.SIGTERM)
        assert await bot.wait(10) == 0

    await standin.wait_connected(shards=0)


async def test_each_shard_sees_its_own_servers() -> None:
    seen: list[set[int]] = []
    async with (
        StandIn.start(Rules(max_concurrency=2)) as standin,
        aiohttp.ClientSession() as session,
    ):
        guilds = await standin.add_guilds(7)
        url = f"{standin.url}/gateway/?v=10&encoding=json"
        for shard in range(2):
            async with session.ws_connect(url) as socket:
                await socket.receive_json()
                identify = {"token": standin.token, "intents": 1, "shard": [shard, 2]}
                await socket.send_json({"op": 2, "d": identify})
                ready = (await socket.receive_json())["d"]
                seen.append({int(guild["id"]) for guild in ready["guilds"]})

    assert {len(part) for part in seen} == {3, 4}
    assert seen[0] | seen[1] == {guild.id for guild in guilds}


async def test_waiting_for_a_bot_ends_with_the_bot(standin: StandIn, tmp_path: Path) -> None:
    async with standin.bot("-m", "no.such.module", folder=tmp_path) as bot:
        with pytest.raises(LookupError, match="No module named 'no'"):
            await standin.wait_connected(bot)
