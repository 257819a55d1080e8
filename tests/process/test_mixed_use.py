"""Everything that people do, at full speed and for long: nothing grows that should not."""

import asyncio
import itertools
import os
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import Database
from bot.storage.tables import metadata
from tests.process.test_editors import component
from tests.search.catalogue import shipped_entries
from tests.standin.control import Answer, Guild, StandIn, Who
from tests.standin.process import BotProcess
from tests.standin.rules import Rules

SOAK = os.environ.get("CASEBOOK_SOAK") == "1"
SECONDS = 1200.0 if SOAK else 3.0
KEPT = 2_000
"""Of each kind. With all that twenty minutes bring, collecting Discord's garbage takes seconds."""
CAPTIONS = [entry.names[0] for entry in shipped_entries()]
HEARING = 4
"""Channels that hear of new rulings."""
MEMORY_MAY_GROW = 1.05
MOST_TASKS = 40
"""Some ten of the bot's own, and two for each of the eleven things that people do at once."""
GROWING = {"cases", "revisions", "suggestions", "announcements", "deliveries", "counters", "audit"}
"""Tables that keep what is published and decided; each has a row for what was done."""


@dataclass
class Town:
    """The people of a server, and what they have done."""

    discord: StandIn
    guild: Guild
    done: Counter[str] = field(default_factory=Counter)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def editor(self) -> Who:
        return Who(self.guild.channels[0]).administrator()

    async def look_up(self, dice: random.Random) -> None:
        """Many people ask: what was asked before, what was not, and half-typed."""
        words = [word for caption in CAPTIONS for word in caption.split()]
        new = [" ".join(dice.sample(words, 3)) for _ in range(60)]
        who = Who(self.guild.channels[1])
        for queries, suggest in ((CAPTIONS, False), (new, False), (new, True)):
            asked = dice.sample(queries, 60)
            load = await self.discord.load(
                "case", "query", asked, who, suggest=suggest, in_flight=8, count=60
            )
            assert load.answered == load.sent, load.shapes
            self.done["lookups"] += load.answered

    async def read(self, dice: random.Random) -> None:
        """Somebody asks, reads the whole record, follows and unfollows, and deletes the answer."""
        user = await self.discord.add_user(f"Reader {next(self.numbers)}")
        who = Who(self.guild.channels[1], user)
        answer = await self.discord.slash("case", {"query": dice.choice(CAPTIONS)}, who)
        if not answer.embeds or answer.ephemeral:
            return
        await self.discord.press(answer.message_id, component(answer, "case:full:"), who)
        await self.discord.press(answer.message_id, component(answer, "news:follow:"), who)
        followed = await self.discord.suggest("follow remove", "which", "", who)
        number = followed.choices[0]["value"]
        await self.discord.slash("follow remove", {"which": number}, who)
        await self.discord.press(answer.message_id, component(answer, "answer:delete:"), who)
        self.done["answers deleted"] += 1

    async def suggest(self) -> None:
        """A member suggests a case; an editor declines."""
        user = await self.discord.add_user(f"Member {next(self.numbers)}", accepts_dms=False)
        who = Who(self.guild.channels[1], user)
        form = await self.discord.slash("suggest", who=who)
        await self.discord.submit(form, {"text": "A case that is missing", "link": ""}, who)
        queue = await self.discord.slash("catalogue queue", who=self.editor)
        option = _options(queue, "suggest:open")[0]["value"]
        shown = await self.discord.select(
            queue.message_id, component(queue, "suggest:open"), [option], self.editor
        )
        decline = component(shown, "suggest:do:decline:")
        form = await self.discord.press(shown.message_id, decline, self.editor)
        await self.discord.submit(form, {"answer": "We have it."}, self.editor)
        self.done["suggestions"] += 1

    async def edit(self) -> None:
        """An editor adds a case, announces it, changes it, takes that back and removes it."""
        number = next(self.numbers)
        caption = f"Editor {number} v. Machine {number}"
        form = await self.discord.slash("catalogue add", who=self.editor)
        typed = {
            "caption": caption,
            "court": "Beijing Internet Court",
            "decided_on": "2026-03-01",
            "summary": f"Whether lamp {number} is a work.",
        }
        preview = await self.discord.submit(form, typed, self.editor)
        chosen = component(preview, "draft:ruling:")
        options = ["copyright-recognised"]
        preview = await self.discord.select(preview.message_id, chosen, options, self.editor)
        ask = component(preview, "news:ask:")
        asked = await self.discord.press(preview.message_id, ask, self.editor)
        sure = component(asked, "news:sure:")
        told = await self.discord.press(asked.message_id, sure, self.editor)
        assert "A-" in str((told.message, told.followups)), told
        await self.discord.wait_sent(HEARING * (self.done["cases"] + 1))
        found = await self.discord.suggest("catalogue edit", "case", caption, self.editor)
        case = {"case": found.choices[0]["value"]}
        await self.discord.slash("catalogue alias", {**case, "alias": f"L{number}"}, self.editor)
        await self.discord.slash("catalogue history", case, self.editor)
        await self.discord.slash("catalogue undo", case, self.editor)
        form = await self.discord.slash("catalogue remove", case, self.editor)
        await self.discord.submit(form, {"reason": "a test"}, self.editor)
        await self.discord.slash("catalogue export", who=self.editor)
        self.done["cases"] += 1


def _options(answer: Answer, custom_id: str) -> list[dict[str, str]]:
    assert answer.message is not None
    parts = [part for row in answer.message["components"] for part in row["components"]]
    return next(part["options"] for part in parts if part.get("custom_id") == custom_id)


async def rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    database = await Database.open(url)
    async with database.read() as tx:
        counts = {
            table.name: await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
    await database.close()
    return counts


def tasks_of(bot: BotProcess) -> list[int]:
    """How many tasks the bot had, each second."""
    return [int(line[6:]) for line in bot.lines if line.startswith("TASKS ")]


@pytest.fixture
def rules() -> Rules:
    return Rules(
        identify_interval=0.0, kept_requests=KEPT, kept_interactions=KEPT, kept_messages=KEPT
    )


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 600)
async def test_long_mixed_use(discord: StandIn, guild: Guild, folder: Path) -> None:
    dice = random.Random(7)
    town = Town(discord, guild)
    memory: list[int] = []
    counted: dict[str, int] = {}
    url = f"sqlite+aiosqlite:///{folder / 'casebook.sqlite3'}"
    variables = {"CURATOR_GUILD_ID": str(guild.id), "LOG_LEVEL": "WARNING"}
    async with discord.bot(
        "-m", "tests.process.counted_bot", folder=folder, variables=variables
    ) as bot:
        await discord.wait_connected(bot)
        await discord.wait_commands()
        hearing = await discord.add_guild("Hearing", channels=HEARING)
        for channel in hearing.channels:
            who = Who(channel).administrator()
            await discord.slash("announcements subscribe", {"channel": channel}, who)
        await asyncio.gather(town.look_up(dice), town.read(dice), town.suggest(), town.edit())
        started = time.monotonic()
        end, first_third = started + SECONDS, started + SECONDS / 3

        async def again(what: str, *arguments: random.Random) -> None:
            while time.monotonic() < end:
                await getattr(town, what)(*arguments)

        async def watch() -> None:
            while time.monotonic() < end:
                memory.append(bot.resident_bytes())
                if not counted and time.monotonic() > first_third:
                    counted.update(await rows(url))
                await asyncio.sleep(0.5)

        await asyncio.gather(
            watch(), again("look_up", dice), again("read", dice), again("suggest"), again("edit")
        )
        tasks = tasks_of(bot)
        errors = [line for line in bot.lines if "ERROR" in line or "Traceback" in line]
        assert await bot.stop() == 0
    finally_counted = await rows(url)
    third = len(memory) // 3
    level, last = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    print(
        f"{dict(town.done)}; {level / 1e6:.1f} MB in the second third, {last / 1e6:.1f} MB in the "
        f"last; tasks {min(tasks, default=0)}–{max(tasks, default=0)}, {tasks[-1:]} at the end"
    )
    assert tasks
    assert tasks[-1] <= MOST_TASKS
    assert not errors, errors[:5]
    assert min(town.done.values()) > 0
    assert finally_counted["announcements"] == town.done["cases"]
    assert finally_counted["deliveries"] == HEARING * town.done["cases"]
    assert finally_counted["suggestions"] == town.done["suggestions"]
    grown = {name for name, count in finally_counted.items() if count > counted[name]}
    assert grown <= GROWING, {name: (counted[name], finally_counted[name]) for name in grown}
    if SOAK:
        assert last <= MEMORY_MAY_GROW * level
