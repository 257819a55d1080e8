"""A database with subscriptions and announcements, and a real bot that delivers them."""

import datetime as dt
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.announcements import Lane, News, NewsKind, Target, Wish
from bot.domain.deliveries import DeliveryState
from bot.domain.records import PUBLIC, Record, public_id, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.services.announcements.publishing import Announcements, Published
from bot.services.case_files import read_folder, shipped_folder
from bot.services.shipped import load_shipped
from bot.storage import Database, announcements, cases, deliveries
from bot.storage import subscriptions as wishes
from bot.storage.cases import Change, StoredCase
from tests import samples
from tests.standin.control import StandIn
from tests.standin.process import BotProcess

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
CASE = samples.case()
CASE_ID = public_id(CASE.slug)


def news(kind: NewsKind = NewsKind.NEW_RULING, **changes: Any) -> News:
    """Some news about the sample case; its record may be changed."""
    scope = changes.pop("scope", PUBLIC)
    revision = changes.pop("revision", 1)
    note = changes.pop("note", "")
    ruling = changes.pop("ruling", 0)
    case = samples.case(**changes)
    return News(kind, public_id(case.slug), scope, revision, case, ruling, note)


async def store(database: Database, told: News) -> None:
    """Put the case of some news into the catalogue, as it is there."""
    record = Record(told.case_id, told.scope, told.revision, to_document(told.case))
    async with database.write() as tx:
        change = Change(StoredCase(record, told.case.slug), ChangeKind.ADDED)
        await cases.record(tx, [change], author=Author(), reason="", at=NOW)


async def subscribe(
    database: Database,
    channels: Sequence[int],
    *,
    guild: int | Sequence[int] = 1,
    wish: Wish | None = None,
    role: int = 0,
    person: int = 7,
) -> None:
    """Let channels hear of everything, or of what a wish says."""
    guilds = [guild] * len(channels) if isinstance(guild, int) else guild
    async with database.write() as tx:
        for channel, place in zip(channels, guilds, strict=True):
            target = Target(Lane.CHANNEL, channel, place)
            await wishes.put(tx, target, wish or Wish(), role=role, person=person, at=NOW)


async def follow(database: Database, people: Sequence[int], wish: Wish | None = None) -> None:
    """Let people hear of everything, or of what a wish says."""
    async with database.write() as tx:
        for person in people:
            target = Target(Lane.MEMBER, person)
            await wishes.put(tx, target, wish or Wish(), role=0, person=person, at=NOW)


async def publish(database: Database, told: News, author: Author | None = None) -> Published:
    """Publish some news, without waking any outbox."""
    return await Announcements(database, lambda: None).publish(told, author or Author(7, 1))


async def states(database: Database, number: int | None = None) -> dict[str, int]:
    """How many deliveries are in each state."""
    async with database.read() as tx:
        tally = await deliveries.tally(tx, number=number)
    return {state.value: count for state, count in tally.counts.items() if count}


async def targets_in(database: Database, state: DeliveryState) -> set[int]:
    """The targets whose deliveries are in a state."""
    async with database.read() as tx:
        found = await deliveries.in_state(tx, state)
    return {delivery.target.id for delivery in found}


async def current(database: Database, number: int) -> Any:
    """An announcement as it reads now."""
    async with database.read() as tx:
        return await announcements.get(tx, number)


@dataclass(frozen=True, slots=True)
class Installation:
    """A database, and the folder in which a real bot works on it."""

    folder: Path
    url: str

    def bot(self, discord: StandIn) -> BotProcess:
        """`casebook run` on it; `async with` starts it and ends it."""
        return discord.bot("run", folder=self.folder, variables={"DATABASE_URL": self.url})

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Its database, opened from here."""
        opened = await Database.open(self.url)
        try:
            yield opened
        finally:
            await opened.close()

    async def prepare(self) -> None:
        """Make the database with the shipped cases, so that the bot starts quickly."""
        async with self.database() as database:
            await load_shipped(database, shipped_folder() / "cases")


def shipped_news(seed: int = 0) -> News:
    """A ruling of a shipped case, as news."""
    files = [file.case for file in read_folder(shipped_folder() / "cases") if file.case]
    case = random.Random(seed).choice([case for case in files if case.rulings])
    place = len(case.rulings) - 1
    return News(NewsKind.NEW_RULING, public_id(case.slug), PUBLIC, 1, case, place)
