"""Two servers, the first of which keeps the public catalogue, and everybody in them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.chat.client import CasebookClient
from bot.chat.errors import _explain
from bot.chat.permissions import moderator as moderator_permissions
from bot.demo import install_in_servers
from bot.domain.records import Record, new_id, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.services.announcements.newsroom import Newsroom
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.services.installation import Installation
from bot.services.lookup import Lookup
from bot.storage import Database
from bot.storage.cases import Change, StoredCase
from bot.text import text_for
from tests.chat.test_case_command import buttons, selects
from tests.samples import case

install_in_servers()


@dataclass
class Town:
    """The bot, on its own database, in two servers."""

    env: Any
    bot: CasebookClient
    database: Database
    catalogue: Catalogue
    desk: Desk
    guild: Any
    general: Any
    role: Any
    theo: Any
    """Has Manage Server in the first server, which is the curators'."""
    ada: Any
    """Has the role `Editors` there, which means nothing before somebody names it."""
    mia: Any
    """A member there."""
    other_guild: Any
    other_general: Any
    uwe: Any
    """Has Manage Server in the second server."""

    async def put(self, slug: str = "ling-v-qiao", scope: int = 0, **changes: Any) -> str:
        """A published case; its id."""
        record = Record(new_id(), scope, 1, to_document(case(slug, **changes)))
        change = Change(StoredCase(record, slug), ChangeKind.ADDED)

        async def work(writing: Any) -> None:
            await writing.record([change], Author(), "")

        await self.desk.ledger.change(work)
        return record.id

    async def do(self, command: str, *, who: Any = None, **options: Any) -> Any:
        person = who or self.theo
        channel = self.other_general if person is self.uwe else self.general
        return await person.slash(channel, command, **options)

    async def press(self, result: Any, start: str, *, who: Any = None, nth: int = 0) -> Any:
        """Press the button whose id begins so."""
        message = message_of(result)
        found = ids_of(message, start, buttons)
        return await (who or self.theo).click(message, custom_id=found[nth])

    async def choose(self, result: Any, start: str, *values: str, who: Any = None) -> Any:
        message = message_of(result)
        [custom_id] = ids_of(message, start, selects)
        return await (who or self.theo).select(message, custom_id=custom_id, values=[*values])

    async def add(self, values: dict[str, str], *, who: Any = None) -> Any:
        """Run /catalogue add and send its form."""
        person = who or self.theo
        return await person.submit_modal(await self.do("catalogue add", who=who), values)


def message_of(result: Any) -> Any:
    """The message that an answer is on: a new one, or the one it changed."""
    return result.response if hasattr(result, "response") else result


def said(result: Any) -> str:
    """Everything that an answer says."""
    messages = [result.response, *result.followups]
    return "\n".join(message.content for message in messages if message is not None)


def ids_of(message: Any, start: str, kind: Any) -> list[str]:
    ids = [component.get("custom_id", "") for component in kind(message)]
    return [custom_id for custom_id in ids if custom_id.startswith(start)]


@pytest.fixture
async def stores(tmp_path: Any) -> AsyncIterator[tuple[Database, Catalogue]]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}")
    yield database, await Catalogue.load(database)
    await database.close()


@pytest.fixture
def make_bot(stores: tuple[Database, Catalogue]) -> Any:
    """Makes a bot on the same database each time, as a restart does."""
    database, catalogue = stores

    def make(curator_guild: int | None = None) -> CasebookClient:
        desk = Desk.on(database, catalogue, curator_guild)
        newsroom = Newsroom.on(database, catalogue, curator_guild, 48.0)
        return CasebookClient(
            Lookup(catalogue), Installation(database), newsroom, desk, shard_count=1
        )

    return make


@pytest.fixture
def simcord_bot(make_bot: Any) -> CasebookClient:
    return make_bot()


@pytest.fixture
async def town(
    simcord_bot: CasebookClient, simcord_env: Any, stores: Any, caplog: Any
) -> AsyncIterator[Town]:
    env = simcord_env
    guild, other = env.create_guild("Forum"), env.create_guild("Elsewhere")
    desk = simcord_bot.drafts._desk
    # The server's id is known only now.
    desk.access.curator_guild = simcord_bot._newsroom.access.curator_guild = guild.id
    moderators = guild.create_role("Mods", permissions=moderator_permissions())
    editors = guild.create_role("Editors")
    others = other.create_role("Mods", permissions=moderator_permissions())
    yield Town(
        env,
        simcord_bot,
        *stores,
        desk,
        guild,
        guild.create_text_channel("general"),
        editors,
        guild.add_member(env.create_user("theo"), roles=[moderators]),
        guild.add_member(env.create_user("ada"), roles=[editors]),
        guild.add_member(env.create_user("mia")),
        other,
        other.create_text_channel("general"),
        other.add_member(env.create_user("uwe"), roles=[others]),
    )
    await simcord_bot._newsroom.outbox.stop(1.0)
    await desk.ledger.close()
    for error in env.errors:  # each was one that has a sentence of its own
        assert _explain(getattr(error, "original", error), text_for("en-GB")), error
    failed = [each for each in caplog.get_records("call") if "Reference" in each.getMessage()]
    assert not failed, failed[0].exc_info
