"""The composition root: settings → database → services → client. Nothing else wires."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bot.chat.client import CasebookClient
from bot.chat.commands_page import commands_page
from bot.chat.render.reply import case_message, choice_message, with_fits
from bot.chat.session import TokenRefusedError, UnreachableError, run_session
from bot.domain.records import PUBLIC
from bot.ops.housekeeping import Housekeeping
from bot.ops.rounds import Rounds
from bot.services.announcements.newsroom import Newsroom
from bot.services.case_files import shipped_folder
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.services.installation import Installation
from bot.services.lookup import CaseFound, Lookup
from bot.services.shipped import InvalidShippedFilesError, load_shipped
from bot.settings import NO_TOKEN, CannotStartError, Settings
from bot.storage import Database, StorageError
from bot.text import text_for

_log = logging.getLogger(__name__)

_REFUSED = (
    "DISCORD_TOKEN was refused by Discord: reset the token on the Bot page of your application "
    "and put the new one into .env."
)


@dataclass(frozen=True, slots=True)
class App:
    """The services of a running installation. Closing the database is `open_app`'s part."""

    database: Database
    catalogue: Catalogue
    lookup: Lookup
    installation: Installation
    desk: Desk
    newsroom: Newsroom

    def answer(self, query: str) -> dict[str, Any]:
        """What /case says to a member, as Discord's JSON: `content` and maybe `embeds`."""
        text = text_for("en-GB")
        reply = self.lookup.ask(query, PUBLIC)
        if isinstance(reply, CaseFound):
            message = with_fits(case_message(reply.answer, text), reply.fits, reply.total, text)
            return {"content": message.content, "embeds": [message.embed.to_dict()]}
        choice = choice_message(reply, text)
        near = [f"- {line.title}" for line in choice.lines]
        return {"content": "\n".join([choice.content, *near]), "embeds": []}

    def name_curators(self, guild: int) -> None:
        """Let a server's editors keep the public catalogue, as CURATOR_GUILD_ID does."""
        self.desk.access.curator_guild = self.newsroom.access.curator_guild = guild

    def commands_page(self) -> str:
        """The page of all commands, as docs/commands.md has it."""
        return commands_page(self.client().tree, text_for("en-GB"))

    def client(self, shard_count: int | None = None) -> CasebookClient:
        """A new Discord client on these services; who makes one closes it."""
        return CasebookClient(
            self.lookup, self.installation, self.newsroom, self.desk, shard_count=shard_count
        )


@asynccontextmanager
async def open_app(
    database_url: str, curator_guild: int | None = None, announce_rate: float = 48.0
) -> AsyncGenerator[App]:
    """Open the database, bring the shipped catalogue up to date and build the index.

    Args:
        database_url: where everything is kept.
        curator_guild: the server whose editors keep the public catalogue.
        announce_rate: announcements a second.

    Raises:
        CannotStartError: if the database cannot be used or a shipped file is wrong.
    """
    try:
        database = await Database.open(database_url)
    except StorageError as failure:
        raise CannotStartError([str(failure)]) from failure
    try:
        catalogue = await _load(database)
        desk = Desk.on(database, catalogue, curator_guild)
        try:
            newsroom = Newsroom.on(database, catalogue, curator_guild, announce_rate)
            desk.ledger.listen(newsroom.announcements.follow, newsroom.outbox.kick)
            lookup = Lookup(catalogue)
            yield App(database, catalogue, lookup, Installation(database), desk, newsroom)
        finally:
            await desk.ledger.close()
    finally:
        await database.close()


async def _load(database: Database) -> Catalogue:
    """The catalogue in memory, brought up to the files that this version ships."""
    try:
        await load_shipped(database, shipped_folder() / "cases")
        return await Catalogue.load(database)
    except StorageError as failure:
        raise CannotStartError([str(failure)]) from failure
    except InvalidShippedFilesError as failure:
        raise CannotStartError(failure.problems) from failure


async def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Run the bot until SIGTERM or SIGINT, then close everything in order.

    Args:
        settings: with a token.
        say: shows the owner a line.

    Raises:
        CannotStartError: if the token is refused, Discord out of reach or the database unusable.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows; asyncio.run handles its Ctrl+C
            loop.add_signal_handler(number, stop.set)
    say(f"Data folder: {settings.data_dir}")
    opening = open_app(settings.database, settings.curator_guild_id, settings.announce_rate)
    async with opening as app:
        say(f"Catalogue: {app.catalogue.count(PUBLIC)} cases")
        token = settings.discord_token
        if token is None:
            raise CannotStartError([NO_TOKEN])
        client = app.client()
        housekeeping = Housekeeping(
            app.database, app.desk.departures, client.until_connected, client.presence
        )
        try:
            async with Rounds(housekeeping.duties()):
                await run_session(client, token.get_secret_value(), stop, say)
        except TokenRefusedError:
            raise CannotStartError([_REFUSED]) from None
        except UnreachableError as failure:
            sentence = f"Discord cannot be reached ({failure}): check the network, start again."
            raise CannotStartError([sentence]) from None
    _log.info("Closed")
