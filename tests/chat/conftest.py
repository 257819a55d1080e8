"""The real bot in a simulated Discord, on the shipped catalogue."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.chat.client import CasebookClient
from bot.chat.permissions import moderator as moderator_permissions
from bot.domain.records import PUBLIC, Record, public_id, to_document
from bot.search import CaseIndex, entry_of
from bot.services.announcements.newsroom import Newsroom
from bot.services.case_files import read_folder, shipped_folder
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.services.installation import Installation
from bot.services.lookup import Lookup
from bot.storage import Database
from bot.storage.cases import StoredCase


def new_catalogue() -> Catalogue:
    cases = [file.case for file in read_folder(shipped_folder() / "cases") if file.case]
    index = CaseIndex()
    stored = []
    for case in cases:
        record = Record(public_id(case.slug), PUBLIC, 1, to_document(case))
        index.put(entry_of(record.id, PUBLIC, case))
        stored.append(StoredCase(record, case.slug, withdrawn=False))
    return Catalogue(stored, index, 1)


@pytest.fixture(scope="session")
def shared_catalogue() -> Catalogue:
    """The shipped catalogue, for tests that only read it."""
    return new_catalogue()


@pytest.fixture
def catalogue(shared_catalogue: Catalogue) -> Catalogue:
    """The catalogue that the bot of this test answers from."""
    return shared_catalogue


@dataclass
class World:
    """A server with a member, another member and a moderator, and the bot in it."""

    env: Any
    bot: CasebookClient
    guild: Any
    general: Any
    member: Any
    other: Any
    moderator: Any

    async def case(self, query: str, *, who: Any = None, **options: Any) -> Any:
        return await (who or self.member).slash(self.general, "case", query=query, **options)


@pytest.fixture
async def make_bot(tmp_path: Any, catalogue: Catalogue) -> AsyncIterator[Any]:
    """Makes a bot on the same database each time, as a restart does."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'casebook.sqlite3'}")
    newsroom = Newsroom.on(database, catalogue, None, 48.0)
    desk = Desk.on(database, catalogue, None)
    yield lambda: CasebookClient(
        Lookup(catalogue), Installation(database), newsroom, desk, shard_count=1
    )
    await desk.ledger.close()
    await database.close()


@pytest.fixture
def simcord_bot(make_bot: Any) -> CasebookClient:
    return make_bot()


@pytest.fixture
async def world(simcord_bot: CasebookClient, simcord_env: Any) -> World:
    guild = simcord_env.create_guild("Forum")
    general = guild.create_text_channel("general")
    moderators = guild.create_role("Mods", permissions=moderator_permissions())
    people = [guild.add_member(simcord_env.create_user(name)) for name in ("mia", "olu")]
    moderator = guild.add_member(simcord_env.create_user("theo"), roles=[moderators])
    return World(simcord_env, simcord_bot, guild, general, *people, moderator)
