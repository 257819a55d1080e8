"""An editor at work on the real bot; the stand-in checks every body against Discord's rules."""

import json
from pathlib import Path
from typing import Any

from tests.standin.control import Answer, Guild, StandIn, Who


def component(answer: Answer, start: str) -> str:
    """The id of the first button or select that begins so."""
    assert answer.message is not None
    parts = [part for row in answer.message["components"] for part in row["components"]]
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    found = [custom_id for custom_id in ids if custom_id.startswith(start)]
    assert found, f"no {start} among {ids} below {answer.content!r}"
    return found[0]


async def test_an_editor_adds_a_case_across_kills_and_everybody_finds_it(
    discord: StandIn, guild: Guild, folder: Path
) -> None:
    theo = Who(guild.channels[0]).administrator()
    variables = {"CURATOR_GUILD_ID": str(guild.id)}
    async with discord.bot("run", folder=folder, variables=variables) as bot:
        await discord.wait_connected(bot)
        form = await discord.slash("catalogue add", who=theo)
        await bot.kill()
    await discord.wait_connected(shards=0)

    async with discord.bot("run", folder=folder, variables=variables) as bot:
        await discord.wait_connected(bot)
        typed = {"caption": "Duan v. Wei", "court": "Beijing Internet Court", "summary": "A lamp."}
        preview = await discord.submit(form, {**typed, "decided_on": "2025-03"}, theo)
        assert preview.ephemeral
        assert "public catalogue" in preview.content
        await bot.kill()
    await discord.wait_connected(shards=0)

    async with discord.bot("run", folder=folder, variables=variables) as bot:
        await discord.wait_connected(bot)

        async def act(start: str, *values: str) -> Answer:
            custom_id = component(preview, start)
            if values:
                answer = await discord.select(preview.message_id, custom_id, values, theo)
            else:
                answer = await discord.press(preview.message_id, custom_id, theo)
            return answer if answer.message is not None else preview

        preview = await act("draft:ruling:", "copyright-recognised")
        for part in ("names", "summary", "subject", "state", "ruling", "holding"):
            custom_id = part_of(preview, part)
            shown = await discord.press(preview.message_id, custom_id, theo)
            preview = await discord.submit(shown, {}, theo)
        await act("draft:publish:")
        member = Who(guild.channels[1])
        found = await discord.slash("case", {"query": "duan wei"}, member)
        assert found.embeds[0]["title"] == "Duan v. Wei"
        history = await discord.slash("catalogue history", {"case": "duan v. wei"}, theo)
        assert "added" in history.embeds[0]["description"]
        rows = json.dumps([{"slug": "broken"}]).encode()
        file = await discord.upload("cases.json", rows)
        plan = await discord.slash("catalogue import", {"file": file}, theo)
        assert "1 are refused" in plan.content
        settings = await discord.slash("settings editors", {"role": guild.bot_role}, theo)
        assert "Editors" in settings.content
        suggest = await discord.slash("suggest", who=member)
        thanks = await discord.submit(suggest, {"text": "Another case", "link": ""}, member)
        assert "Thank you" in thanks.content
        assert (await discord.slash("catalogue queue", who=theo)).content.startswith("**Waiting")


def part_of(preview: Answer, part: str) -> str:
    assert preview.message is not None
    parts: list[dict[str, Any]] = [
        each for row in preview.message["components"] for each in row["components"]
    ]
    return next(p["custom_id"] for p in parts if f":{part}:" in p.get("custom_id", ""))
