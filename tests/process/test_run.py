"""`casebook run` as its owner meets it: a real process on a real connection."""

import json
import re
import signal

import pytest

from bot.domain.records import public_id
from tests.standin.control import StandIn, Who
from tests.standin.rules import Rules

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture
def start_bot(tmp_path):
    def start(discord, **variables):
        return discord.bot("run", folder=tmp_path, variables=variables)

    return start


async def test_start_answer_resume_restart_and_end(start_bot, tmp_path):
    async with StandIn.start() as discord:
        guild = await discord.add_guild(channels=1)
        who = Who(guild.channels[0])
        async with start_bot(discord) as bot:
            await discord.wait_connected()
            await bot.wait_line("Connected as")
            invite = await bot.wait_line("Add the bot to a server")
            assert "scope=bot+applications.commands" in invite
            assert "permissions=0" in invite
            assert await bot.wait_line("Commands sent to Discord: /case, /help")
            assert discord.token not in bot.output

            answer = await discord.slash("case", {"query": "beijing"}, who)
            assert answer.embeds[0]["title"] == "Li v. Liu"
            assert not answer.ephemeral
            assert not answer.deferred
            choices = (await discord.suggest("case", "query", "thaler", who)).choices
            assert choices[0]["value"] == public_id("thaler-v-perlmutter")

            await discord.drop()
            await discord.wait_connected()
            assert (await discord.report())["resumes"] == 1
            await discord.drop(code=4000, invalidate=True)
            await discord.wait_connected()
            again = await discord.slash("case", {"query": "zarya"}, who)
            assert "Zarya" in again.embeds[0]["title"]

            bot.signal(signal.SIGTERM)
            assert await bot.wait(10) == 0

        async with start_bot(discord) as bot:
            await discord.wait_connected()
            assert await bot.wait_line("Commands: unchanged")
            chosen = await discord.select(
                answer.message_id,
                f"case:related:{_asker(answer)}:6",
                [public_id("thaler-v-perlmutter")],
                Who(guild.channels[0], user=int(_asker(answer))),
            )
            assert chosen.type == 7
            assert chosen.embeds[0]["title"] == "Thaler v. Perlmutter"
            bot.signal(signal.SIGINT)
            assert await bot.wait(10) == 0
        await discord.check_clean()


def _asker(answer):
    return re.findall(r"case:related:(\d+):", json.dumps(answer.message))[0]


async def test_it_answers_wherever_it_was_installed(start_bot):
    async with StandIn.start() as discord:
        guild = await discord.add_guild(channels=1)
        person = await discord.add_user("dora")
        direct = await discord.open_dm(person)
        group = await discord.open_group([person, await discord.add_user("emil")])
        async with start_bot(discord) as bot:
            await discord.wait_connected()
            await bot.wait_line("Connected as")
            for who in (
                Who(guild.channels[0], installs=("user",)),
                Who(guild.channels[0], locale="zh-CN"),
                Who(direct, user=person, installs=("user",)),
                Who(group, user=person, installs=("user",)),
            ):
                answer = await discord.slash("case", {"query": "beijing"}, who)
                assert answer.embeds[0]["title"] == "Li v. Liu"
                pressed = await discord.press(
                    answer.message_id, f"case:full:{public_id('li-v-liu')}", who
                )
                assert pressed.ephemeral
        await discord.check_clean()


async def test_forged_and_outdated_components_are_answered(start_bot):
    async with StandIn.start() as discord:
        guild = await discord.add_guild(channels=1)
        who = Who(guild.channels[0])
        async with start_bot(discord) as bot:
            await discord.wait_connected()
            await bot.wait_line("Connected as")
            answer = await discord.slash("case", {"query": "beijing"}, who)
            for custom_id in (f"case:full:{public_id('nothing')}", "case:full:x", "old:1", "case:"):
                pressed = await discord.press(answer.message_id, custom_id, who, forged=True)
                assert pressed.ephemeral
                assert pressed.content
            deleted = await discord.press(answer.message_id, "answer:delete:1", who, forged=True)
            assert deleted.type is not None
        await discord.check_clean()


async def test_nothing_that_people_type_is_logged(start_bot):
    async with StandIn.start() as discord:
        guild = await discord.add_guild(channels=1)
        who = Who(guild.channels[0])
        async with start_bot(discord, LOG_FORMAT="json", LOG_LEVEL="debug") as bot:
            await discord.wait_connected()
            await bot.wait_line("Connected as")
            await discord.inject({"500_before": 1.0}, route="callback", times=1)
            answer = await discord.slash("case", {"query": "my secret words"}, who)
            assert answer.ephemeral
            logged = [json.loads(line) for line in bot.lines if line.startswith("{")]
        entries = [entry for entry in logged if entry["logger"].startswith("bot.")]
        assert entries
        assert "secret" not in json.dumps(entries)
        assert discord.token not in bot.output


async def test_a_refused_token_is_one_line_and_exit_code_2(start_bot, tmp_path):
    async with StandIn.start(Rules()) as discord:
        async with start_bot(discord, DISCORD_TOKEN=TOKEN) as bot:
            assert await bot.wait(20) == 2
        assert "was refused by Discord" in bot.lines[-1]
        assert "Traceback" not in bot.output
        assert TOKEN not in bot.output
