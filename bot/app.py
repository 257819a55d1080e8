"""The composition root: settings → database → services → client. Nothing else wires."""

import asyncio
import datetime as dt
import logging
import signal
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.chat.client import CasebookClient
from bot.chat.commands_page import commands_page
from bot.chat.doctor.outside import look_from_outside
from bot.chat.render.reply import case_message, choice_message, with_fits
from bot.chat.session import TokenRefusedError, UnreachableError, run_session
from bot.chat.sync import payload_of
from bot.domain.doctor import Finding, Problem, Subject, of_connection, of_server, of_storage
from bot.domain.records import PUBLIC
from bot.ops.backup import Backups, backup_duty
from bot.ops.doctor import StorageDoctor
from bot.ops.housekeeping import Housekeeping
from bot.ops.rounds import Duty, Rounds
from bot.search import CaseIndex
from bot.services.announcements.newsroom import Newsroom
from bot.services.case_files import shipped_folder
from bot.services.catalogue import Catalogue
from bot.services.curation.desk import Desk
from bot.services.installation import Installation
from bot.services.lookup import CaseFound, Lookup
from bot.services.shipped import InvalidShippedFilesError, load_shipped
from bot.services.watch import Watch
from bot.settings import NO_TOKEN, CannotStartError, Settings
from bot.storage import Database, StorageError
from bot.storage.locks import HeldError, sole_writer
from bot.storage.move_progress import require_whole
from bot.text import text_for

_log = logging.getLogger(__name__)

_WATCH_SECONDS = 1.0
_REFUSED = (
    "DISCORD_TOKEN was refused by Discord: reset the token on the Bot page of your application "
    "and put the new one into .env."
)

_FOR_THE_ONE_BEFORE = 5.0
"""Seconds that a start waits for a bot that is still ending, or for a command that reads."""


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
            answer = self.lookup.read(reply.line.id, PUBLIC)
            message = with_fits(case_message(answer, text), reply.fits, reply.total, text)
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

    def duties(self) -> list[Duty]:
        """What is done again and again while the bot runs."""
        if not self.database.shared:
            return []
        watch = Watch(self.database, self.catalogue, self.newsroom.outbox.kick)
        return [Duty("Looking at other processes' changes", _WATCH_SECONDS, watch.look)]

    def client(
        self, shard_count: int | None = None, shard_ids: Sequence[int] | None = None
    ) -> CasebookClient:
        """A new Discord client on these services; who makes one closes it.

        Args:
            shard_count: of the whole bot; as many as Discord asks for if `None`.
            shard_ids: those of this process; all of them if `None`.
        """
        return CasebookClient(
            self.lookup,
            self.installation,
            self.newsroom,
            self.desk,
            shard_count=shard_count,
            shard_ids=shard_ids,
        )


@asynccontextmanager
async def open_app(
    database_url: str,
    curator_guild: int | None = None,
    announce_rate: float = 48.0,
    *,
    wait: float = 0.0,
    only_reads: bool = False,
) -> AsyncGenerator[App]:
    """Open the database, bring the shipped catalogue up to date and build the index.

    Args:
        database_url: where everything is kept.
        curator_guild: the server whose editors keep the public catalogue.
        announce_rate: announcements a second.
        wait: seconds to wait for another process that writes to the same SQLite database.
        only_reads: for commands that change nothing: beside a process that writes, they read the
            database as it is.

    Raises:
        CannotStartError: if the database cannot be used or a shipped file is wrong.
    """
    async with AsyncExitStack() as stack:
        with _sentences():
            writes = await _enter_as_writer(stack, database_url, wait, only_reads=only_reads)
            database = await Database.open(database_url, only_reads=not writes)
            stack.push_async_callback(database.close)
            await require_whole(database)
            if writes:
                await load_shipped(database, shipped_folder() / "cases")
            catalogue = await Catalogue.load(database)
        yield _app(stack, database, catalogue, curator_guild, announce_rate)


def _app(
    stack: AsyncExitStack,
    database: Database,
    catalogue: Catalogue,
    curator_guild: int | None,
    announce_rate: float = 48.0,
) -> App:
    """The services on a database; the stack closes them."""
    desk = Desk.on(database, catalogue, curator_guild)
    stack.push_async_callback(desk.ledger.close)
    newsroom = Newsroom.on(database, catalogue, curator_guild, announce_rate)
    desk.ledger.listen(newsroom.announcements.follow, newsroom.outbox.kick)
    return App(database, catalogue, Lookup(catalogue), Installation(database), desk, newsroom)


async def _enter_as_writer(
    stack: AsyncExitStack, database_url: str, wait: float, *, only_reads: bool
) -> bool:
    """Become the one process that writes; `False` where another is, and reading is enough."""
    try:
        await stack.enter_async_context(sole_writer(database_url, wait))
    except HeldError:
        if only_reads:
            return False
        raise
    return True


@contextmanager
def _sentences() -> Generator[None]:
    """Turn what is wrong with the database or a shipped file into what the owner reads."""
    try:
        yield
    except StorageError as failure:
        raise CannotStartError([str(failure)]) from failure
    except InvalidShippedFilesError as failure:
        raise CannotStartError(failure.problems) from failure


def back_up(settings: Settings, file: Path | None) -> Path:
    """Write a backup, beside a running bot or without one.

    Args:
        settings: where the database and the backups are, and how many are kept.
        file: where to; if `None`, into the folder of backups, where the oldest one then goes.

    Returns:
        The file.

    Raises:
        CannotStartError: if there is no backup, and why.
    """
    with _sentences():
        if file is None:
            return _backups(settings).make().path
        _backups(settings).write_to(file)
        return file


async def restore(settings: Settings, file: Path) -> Path | None:
    """Let a backup take the database's place; the bot must have ended.

    Args:
        settings: where the database is.
        file: the backup.

    Returns:
        Where the database so far is kept; `None` if there was none.

    Raises:
        CannotStartError: if nothing was changed, and why.
    """
    with _sentences():
        return await _backups(settings).restore(file)


def _backups(settings: Settings) -> Backups:
    return Backups(settings.database, settings.backups, settings.backup_keep)


def _backup_duties(settings: Settings) -> list[Duty]:
    """The nightly backup, unless it is switched off."""
    every = dt.timedelta(hours=settings.backup_every)
    return [backup_duty(_backups(settings), every)] if every else []


def _storage_doctor(settings: Settings) -> StorageDoctor:
    every = dt.timedelta(hours=settings.backup_every)
    folders = [settings.data_dir, settings.backups]
    return StorageDoctor(settings.database, folders, _backups(settings), every or None)


async def examine(settings: Settings, done: Callable[[int], None]) -> list[Finding]:
    """Examine the installation, the application at Discord and every subscribed channel.

    It runs beside the bot or without it, and changes nothing.

    Args:
        settings: what to examine; a token that is missing is a finding.
        done: is told how many servers were looked at.
    """
    storage = await _storage_doctor(settings).examine()
    found = list(of_storage(storage))
    token = settings.discord_token
    if token is None:
        return [*found, Finding(Subject.TOKEN, Problem.TOKEN_MISSING)]
    commands, servers = None, {}
    async with AsyncExitStack() as stack:
        if storage.schema == storage.newest_schema and not storage.trouble:
            database = await Database.open(settings.database, only_reads=True)
            stack.push_async_callback(database.close)
            empty = Catalogue([], CaseIndex(), 0)  # the commands are the same
            app = _app(stack, database, empty, settings.curator_guild_id)
            commands = payload_of(app.client().tree)
            servers = await app.newsroom.checkup.of_all()
        try:
            outside = await look_from_outside(token.get_secret_value(), commands, servers, done)
        except TokenRefusedError:
            return [*found, Finding(Subject.TOKEN, Problem.TOKEN_REFUSED)]
        except UnreachableError as failure:
            return [*found, Finding(Subject.TOKEN, Problem.UNREACHABLE, {"reason": str(failure)})]
    found.append(Finding(Subject.TOKEN, None, {"name": outside.bot}))
    found += of_connection(outside.connection)
    return found + [finding for server in outside.servers for finding in of_server(server)]


@asynccontextmanager
async def _watched(
    app: App, client: CasebookClient, settings: Settings, say: Callable[[str], None]
) -> AsyncGenerator[None]:
    """Tell on a port how the bot is, if the owner set one."""
    host, port = settings.metrics_host, settings.metrics_port
    if port is None:
        yield
        return
    from bot.ops.health import PortError, health_port  # noqa: PLC0415 - memory, where no port is set
    from bot.ops.reading import Reading  # noqa: PLC0415
    from bot.ops.watched import Watched  # noqa: PLC0415

    reading = Reading(app.database)
    watched = Watched(
        reading,
        app.catalogue,
        app.lookup.tally,
        app.newsroom.outbox,
        client.vitals,
        _backups(settings).age,
    )
    try:
        async with health_port(watched, host, port):
            say(f"Health and figures: http://{host}:{port}/readyz and /metrics")
            yield
    except PortError as failure:
        sentence = f"METRICS_PORT: {host}:{port} cannot be used ({failure}): set another."
        raise CannotStartError([sentence]) from None


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
    opening = open_app(
        settings.database,
        settings.curator_guild_id,
        settings.announce_rate,
        wait=_FOR_THE_ONE_BEFORE,
    )
    async with opening as app:
        say(f"Catalogue: {app.catalogue.count(PUBLIC)} cases")
        token = settings.discord_token
        if token is None:
            raise CannotStartError([NO_TOKEN])
        client = app.client(settings.shard_count, settings.shard_ids)
        client.doctor.storage = partial(_storage_doctor(settings).examine_running, app.database)
        housekeeping = Housekeeping(
            app.database, app.desk.departures, client.until_connected, client.presence
        )
        try:
            duties = [*app.duties(), *housekeeping.duties(), *_backup_duties(settings)]
            async with Rounds(duties), _watched(app, client, settings, say):
                await run_session(client, token.get_secret_value(), stop, say)
        except TokenRefusedError:
            raise CannotStartError([_REFUSED]) from None
        except UnreachableError as failure:
            sentence = f"Discord cannot be reached ({failure}): check the network, start again."
            raise CannotStartError([sentence]) from None
    _log.info("Closed")
