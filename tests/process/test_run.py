"""`casebook run`: connect, sync, answer, reconnect, end; whatever only a real process shows."""

import json
import re
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.standin.control import Answer, Guild, StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules


async def test_it_syncs_its_commands_once_and_answers(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    who = Who(guild.channels[0])
    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        answer = await discord.slash("case", {"query": "beijing"}, who)
        typed = await discord.suggest("case", "query", "zary", who)

    assert "Li v. Liu" in answer.content
    assert not answer.ephemeral
    assert "Beijing Internet Court" in json.dumps(answer.embeds)
    assert "Zarya of the Dawn" in typed.choices[0]["name"]
    assert "Commands sent to Discord: /case" in bot.output
    assert f"client_id={(await discord.commands())[0]['application_id']}" in bot.output

    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        assert "Li v. Liu" in (await discord.slash("case", {"query": "beijing"}, who)).content
    used = Counter(f"{each['method']} {each['route']}" for each in await discord.requests())
    assert used == {
        "GET /users/@me": 2,
        "GET /oauth2/applications/@me": 2,
        "GET /gateway/bot": 2,
        "PUT /applications/{application_id}/commands": 1,
        "POST /interactions/{interaction_id}/{interaction_token}/callback": 3,
    }
    assert "Commands: unchanged" in bot.output
    nothing_back = {each["status"] for each in await discord.requests("/callback")}
    assert nothing_back == {204}, "Discord was asked to send the answers back"


async def test_a_suggestion_is_taken_as_the_case_that_it_names(
    discord: StandIn, bot: BotProcess, guild: Guild
) -> None:
    who = Who(guild.channels[0])
    typed = await discord.suggest("case", "query", "midjourney comic", who)
    chosen = next(each for each in typed.choices if "Zarya" in each["name"])

    by_id = await discord.slash("case", {"query": chosen["value"]}, who)
    by_name = await discord.slash("case", {"query": chosen["name"]}, who)

    assert by_id.content.startswith("**Zarya of the Dawn")
    assert by_name.embeds == by_id.embeds


async def test_it_answers_in_direct_messages_and_where_only_a_person_installed_it(
    discord: StandIn, bot: BotProcess
) -> None:
    ada = await discord.add_user("Ada")
    grace = await discord.add_user("Grace")
    dm = Who(await discord.open_dm(ada), ada)
    group = Who(await discord.open_group([ada, grace]), grace, installs=("user",))

    for who in (dm, group):
        for locale in ("en-US", "zh-CN", "de", "ar"):
            asked = replace(who, locale=locale)
            assert (await discord.slash("case", {"query": "春风"}, asked)).embeds
        told = await discord.slash("privacy", who=who)
        assert told.ephemeral
        assert "keeps nothing about you" in told.content


async def test_it_resumes_after_a_cut_line_and_survives_a_forgotten_session(
    discord: StandIn, bot: BotProcess, guild: Guild
) -> None:
    who = Who(guild.channels[0])

    await discord.drop()
    await discord.wait_connected()
    after_resume = await discord.slash("case", {"query": "getty"}, who)
    resumed = await discord.report()
    await discord.drop(code=4000, invalidate=True)
    await discord.wait_connected()
    after_identify = await discord.slash("case", {"query": "getty"}, who)
    identified = await discord.report()

    assert after_resume.embeds == after_identify.embeds != []
    assert (resumed["identifies"], resumed["resumes"]) == (1, 1)
    assert (identified["identifies"], identified["resumes"]) == (2, 1)


async def test_its_buttons_and_selects_work_after_a_kill(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    who = Who(guild.channels[0])
    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        answer = await discord.slash("case", {"query": "thaler"}, who)
        assert await bot.kill() == -signal.SIGKILL
    await discord.wait_connected(shards=0)

    async with discord.bot("run", folder=folder) as bot:
        await discord.wait_connected(bot)
        select = next(each for each in _components(answer) if each["type"] == 3)
        other = select["options"][1]
        picked = await discord.select(answer.message_id, select["custom_id"], [other["value"]], who)
        assert picked.type is not None
        assert other["label"].split(" (")[0] in json.dumps(picked.message, ensure_ascii=False)
        delete = next(each for each in _components(answer) if each.get("label") == "Delete")
        await discord.press(answer.message_id, delete["custom_id"], who)

    assert str(answer.message_id) not in {
        each["id"] for each in await discord.messages(who.channel)
    }


def _components(answer: Answer) -> list[dict[str, Any]]:
    assert answer.message is not None
    return [child for row in answer.message["components"] for child in row["components"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_order_when_asked_to(
    discord: StandIn, bot: BotProcess, number: signal.Signals
) -> None:
    started = time.monotonic()
    bot.signal(number)

    assert await bot.wait(10) == 0
    assert time.monotonic() - started < 10
    assert "Traceback" not in bot.output
    await discord.wait_connected(shards=0)
    assert (await discord.report())["close_codes"] == [1000]


async def test_a_refused_token_is_one_line_that_says_what_to_do(
    discord: StandIn, folder: Path
) -> None:
    refused = {"DISCORD_TOKEN": "MTIz.not-this.one"}
    async with discord.bot("run", folder=folder, variables=refused) as bot:
        assert await bot.wait(20) == 2

    assert "Traceback" not in bot.output
    assert bot.lines[-1].startswith("DISCORD_TOKEN was refused by Discord")
    assert (await discord.report())["invalid"]["401"] == 1


async def test_a_token_that_is_reset_while_it_runs_ends_it_with_the_same_line(
    discord: StandIn, bot: BotProcess
) -> None:
    await discord.drop(code=4004)

    assert await bot.wait(20) == 2
    assert "Traceback" not in bot.output
    assert bot.lines[-1].startswith("DISCORD_TOKEN was refused by Discord")


async def test_a_discord_that_is_down_is_named(discord: StandIn, folder: Path) -> None:
    await discord.inject({"503": 1.0}, route="GET /users/@me")

    async with discord.bot("run", folder=folder) as bot:
        assert await bot.wait(20) == 2

    assert "Traceback" not in bot.output
    assert bot.lines[-1].startswith("Discord cannot be reached (503")


async def test_an_answer_that_is_lost_on_the_way_is_apologised_for(
    discord: StandIn, bot: BotProcess, guild: Guild
) -> None:
    who = Who(guild.channels[0])
    await discord.inject({"reset_before": 1.0}, route="POST /interactions", times=1)

    lost = await discord.slash("case", {"query": "getty"}, who)
    after = await discord.slash("case", {"query": "getty"}, who)

    assert lost.ephemeral
    assert "That did not work" in lost.content
    reference = re.search(r"`(\w+)`", lost.content)
    assert reference is not None
    assert reference[1] in bot.output
    assert "ClientOSError" in bot.output
    assert after.embeds


async def test_one_process_serves_as_many_shards_as_discord_asks_for(folder: Path) -> None:
    async with StandIn.start(Rules(identify_interval=0.2, shards=3)) as discord:
        guilds = await discord.add_guilds(9)
        by_shard = {(guild.id >> 22) % 3: guild for guild in guilds}
        variables = {"CASEBOOK_IDENTIFY_SECONDS": "0.3"}
        async with discord.bot("run", folder=folder, variables=variables) as bot:
            await discord.wait_connected(bot, shards=3)
            for guild in by_shard.values():
                answer = await discord.slash("case", {"query": "beijing"}, Who(guild.channels[0]))
                assert "Li v. Liu" in answer.content
            assert await bot.stop() == 0
        assert (await discord.report())["identifies"] == 3
        await discord.check_clean()
