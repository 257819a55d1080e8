"""/doctor in a simulated server: what is fine, what to do, and nothing of anybody else's."""

import datetime as dt
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.announcements import Lane, Target, Wish
from bot.domain.doctor import StorageFacts
from bot.domain.permissions import Actor
from bot.storage import subscriptions as wishes
from tests.chat.curation.conftest import Town, said

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


async def subscribe(town: Town, channel: Any, guild: Any, role: int = 0, topic: str = "") -> Target:
    target = Target(Lane.CHANNEL, channel.id, guild.id)
    async with town.database.write() as tx:
        await wishes.put(tx, target, Wish(topic=topic), role=role, person=1, at=NOW)
    return target


def to_mend(result: Any) -> list[str]:
    return [line for line in said(result).splitlines() if line.startswith("🔧")]


async def test_where_all_is_fine_every_line_says_so(town):
    await subscribe(town, town.general, town.guild)
    result = await town.do("doctor")
    text = said(result)
    assert text.startswith("Everything is fine.")
    for part in ("Channels: fine; 1 checked", "Clock: fine", "Commands: fine", "Announcing: fine"):
        assert part in text
    assert result.response.ephemeral


async def test_a_server_without_subscriptions_is_told_how_to_begin(town):
    assert "Nothing is announced here yet" in said(await town.do("doctor"))


async def test_it_names_what_the_bot_lacks_and_whom_it_cannot_ping(town):
    everyone = town.guild.default_role
    role = town.guild.create_role("Fans")
    no_links = {everyone: discord.PermissionOverwrite(embed_links=False)}
    closed = town.guild.create_text_channel("closed", overwrites=no_links)
    no_pings = {everyone: discord.PermissionOverwrite(mention_everyone=False)}
    quiet = town.guild.create_text_channel("quiet", overwrites=no_pings)
    await subscribe(town, closed, town.guild)
    await subscribe(town, quiet, town.guild, role.id)
    gone = await subscribe(town, type("Gone", (), {"id": 77}), town.guild, topic="training")
    async with town.database.write() as tx:
        await wishes.break_off(tx, gone, 10003, NOW)

    found = to_mend(await town.do("doctor"))

    assert any("Embed Links" in line and f"<#{closed.id}>" in line for line in found)
    assert any("pings nobody" in line and f"<@&{role.id}>" in line for line in found)
    assert any("<#77>" in line and "no longer exists" in line for line in found)


async def test_an_editor_role_that_sees_nothing_is_told_how(town):
    boss = Actor(town.theo.id, town.guild.id, manages_server=True)
    await town.desk.servers.name_editors(boss, town.role.id)
    [line] = to_mend(await town.do("doctor"))
    assert "/catalogue" in line
    assert "/announcements" in line
    assert "Integrations" in line


async def test_another_servers_facts_are_never_shown(town):
    await subscribe(town, type("Gone", (), {"id": 4242}), town.guild)
    theirs = said(await town.do("doctor", who=town.uwe))
    assert "4242" not in theirs
    assert "Forum" not in theirs
    assert "Nothing is announced here yet" in theirs


async def test_commands_of_another_version_are_named(town):
    command = town.bot.tree.get_command("help")
    command.description = "Of the next version"
    [line] = to_mend(await town.do("doctor"))
    assert "(help)" in line


@pytest.mark.parametrize("owner", [False, True])
async def test_only_the_owner_reads_what_is_wrong_with_the_installation(town, monkeypatch, owner):
    async def storage() -> StorageFacts:
        disk = {Path("/secret/place"): 1}
        return StorageFacts("secret.sqlite3", "0001", "", "0001", 1, 0, disk)

    town.bot.doctor.storage = storage
    if owner:
        monkeypatch.setattr(town.bot.application.owner, "id", town.theo.id, raising=False)
    text = said(await town.do("doctor"))
    assert ("/secret/place" in text) is owner
    assert ("secret.sqlite3" in text) is owner
    assert ("whoever runs this bot" in text) is not owner
    assert text.startswith("1 thing to mend.")
    assert "Database: fine" in text


async def test_long_findings_are_cut_to_a_message(town):
    for number in range(90):
        await subscribe(town, type("Gone", (), {"id": 10**18 + number}), town.guild)
    text = said(await town.do("doctor"))
    assert len(text) <= 2000
    assert text.startswith("90 things to mend.")
