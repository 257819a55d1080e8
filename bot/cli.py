"""The owner's commands. Each returns its exit code: 0 done, 1 failed, 2 something to mend first."""

import argparse
import asyncio
import datetime as dt
import gzip
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.domain.case import Case
from bot.domain.records import PUBLIC
from bot.domain.retention import Counts, in_words
from bot.domain.revisions import Author
from bot.logs import set_up_logging
from bot.settings import CannotStartError, Settings, load_settings

if TYPE_CHECKING:
    from bot.app import App
    from bot.services.announcements.publishing import Announcements
    from bot.services.curation.exchange import Exchange

_DONE, _FAILED, _MEND = 0, 1, 2
_YES = {"y", "yes"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after `casebook`; those of the process if `None`.

    Returns:
        The exit code.
    """
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except CannotStartError as failure:
        for problem in failure.problems:
            print(problem, file=sys.stderr)
        return _MEND
    except KeyboardInterrupt:
        return _DONE
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return _DONE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="casebook", description="A Discord bot about rulings on AI and copyright."
    )
    parser.add_argument("--version", action="version", version=f"casebook {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="connect to Discord and answer")
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="try the bot in a local page, without Discord")
    demo.add_argument("--port", type=int, default=8765, help="where the page is (8765)")
    demo.add_argument("--no-browser", action="store_true", help="do not open the browser")
    demo.set_defaults(run=_demo)

    search = commands.add_parser("search", help="answer a query in the terminal")
    search.add_argument("query", nargs="+", help="what a member would type after /case")
    search.set_defaults(run=_search)

    check = commands.add_parser("check", help="check case files and report every problem")
    check.add_argument("folder", nargs="?", type=Path, help="default: the shipped cases")
    check.add_argument("--advice", action="store_true", help="also say what could be better")
    check.add_argument("--write", action="store_true", help="put valid files into the stable form")
    check.set_defaults(run=_check)

    importing = commands.add_parser("import", help="import cases from a JSON file")
    importing.add_argument("file", type=Path, help="a list of cases, plain JSON or gzip")
    importing.add_argument("--yes", action="store_true", help="import without asking")
    _add_server(importing)
    importing.set_defaults(run=_import)

    exporting = commands.add_parser("export", help="write the cases to a JSON file")
    exporting.add_argument("file", type=Path, help="where to; .gz at the end compresses it")
    _add_server(exporting)
    exporting.set_defaults(run=_export)

    _add_database_commands(commands)

    page = commands.add_parser("commands", help="print docs/commands.md, from the command tree")
    page.set_defaults(run=_commands)

    announcing = commands.add_parser("announce", help="announce rulings that were not announced")
    announcing.add_argument(
        "--since", required=True, type=_day, help="decided on this day or later: YYYY-MM-DD"
    )
    announcing.add_argument("--yes", action="store_true", help="do not ask")
    announcing.set_defaults(run=_announce)

    health = commands.add_parser("health", help="ask the bot that runs here how it is")
    health.add_argument(
        "--live", action="store_true", help="only whether it is alive, for what restarts it"
    )
    health.set_defaults(run=_health)

    for name, do, what in (
        ("forget", _forget_person, "about a person"),
        ("forget-server", _forget_server, "for a server; public cases always stay"),
    ):
        forgetting = commands.add_parser(name, help=f"delete what is kept {what}")
        forgetting.add_argument("id", type=_snowflake, help="the account's or server's id")
        forgetting.add_argument("--yes", action="store_true", help="do not ask")
        forgetting.set_defaults(run=do)

    doctor = commands.add_parser("doctor", help="examine the installation and say what to mend")
    doctor.set_defaults(run=_doctor)

    schema = commands.add_parser("schema", help="print the JSON Schema of a case file")
    schema.set_defaults(run=_schema)
    return parser


def _add_database_commands(commands: Any) -> None:
    backing_up = commands.add_parser("backup", help="back the database up, also while the bot runs")
    backing_up.add_argument(
        "file", nargs="?", type=Path, help="default: a new one in BACKUP_DIR, of BACKUP_KEEP"
    )
    backing_up.set_defaults(run=_backup)

    restoring = commands.add_parser("restore", help="bring a backup back; stop the bot first")
    restoring.add_argument("file", type=Path, help="the backup; the database so far is kept")
    restoring.set_defaults(run=_restore)

    moving = commands.add_parser(
        "migrate-to", help="move from SQLite to PostgreSQL; stop the bot first"
    )
    moving.add_argument(
        "url", help="postgresql+asyncpg://user:password@host/database, an empty one"
    )
    moving.set_defaults(run=_migrate_to)


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        type=int,
        default=PUBLIC,
        help="a server's own cases, by its id; default: public",
    )


def _run(parsed: argparse.Namespace) -> int:
    del parsed
    settings = load_settings(needs_token=True)
    set_up_logging(settings.log_level, settings.log_format)
    from bot.app import serve  # noqa: PLC0415 - discord.py takes longer to import than most commands

    asyncio.run(serve(settings, print))
    return _DONE


def _demo(parsed: argparse.Namespace) -> int:
    from importlib.util import find_spec  # noqa: PLC0415

    if find_spec("simcord") is None:
        raise CannotStartError(["The demo needs its extra: pip install 'casebook[demo]'."])
    from bot.demo import run_demo  # noqa: PLC0415 - simcord is optional
    from bot.terminal import show_message  # noqa: PLC0415

    browser = not parsed.no_browser
    asyncio.run(run_demo(parsed.port, print, show_message, browser=browser))
    return _DONE


def _search(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    from bot.app import open_app  # noqa: PLC0415 - see _run
    from bot.terminal import show_message  # noqa: PLC0415

    async def answer() -> dict[str, Any]:
        async with open_app(settings.database, only_reads=True) as app:
            return app.answer(" ".join(parsed.query))

    message = asyncio.run(answer())
    show_message(message)
    return _DONE if message["embeds"] else _FAILED


def _check(parsed: argparse.Namespace) -> int:
    from bot.services.case_files import read_folder, shipped_folder, write_stable_form  # noqa: PLC0415 - see _run

    try:
        files = read_folder(parsed.folder or shipped_folder() / "cases")
    except FileNotFoundError as failure:
        raise CannotStartError([f"{failure}."]) from None
    errors = 0
    for file in files:
        errors += len(file.errors)
        for problem in file.problems if parsed.advice else file.errors:
            place = f" {problem.place}" if problem.place else ""
            severity = problem.severity.value
            print(f"{file.path}:{place} {problem.message}; {problem.mend}. [{severity}]")
    written = sum(map(write_stable_form, files)) if parsed.write else 0
    rewritten = f", {written} put into the stable form" if parsed.write else ""
    print(f"{len(files)} files, {errors} errors{rewritten}")
    return _FAILED if errors else _DONE


def _import(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    try:
        data: bytes = parsed.file.read_bytes()
    except OSError as failure:
        raise CannotStartError([f"{parsed.file} cannot be read ({failure.strerror})."]) from None

    async def run(app: "App") -> int:
        return await _import_into(app.desk.exchange, parsed.server, data, sure=parsed.yes)

    return _with_app(settings, run)


async def _import_into(exchange: "Exchange", scope: int, data: bytes, *, sure: bool) -> int:
    from bot.domain.exchange import IN_TERMINAL, UnreadableFileError  # noqa: PLC0415 - see _run
    from bot.terminal import progress_bar  # noqa: PLC0415

    try:
        # Compressed files have no slugs to count, and then the bar only moves.
        with progress_bar("Checking", data.count(b'"slug":') or IN_TERMINAL.cases) as done:
            plan = await exchange.plan_for(scope, data, IN_TERMINAL, done)
    except UnreadableFileError as failure:
        problem = failure.problem
        raise CannotStartError([f"The file {problem.message}; {problem.mend}."]) from None
    for row in plan.refused:
        name = f" ({row.slug})" if row.slug else ""
        for problem in row.problems:
            place = f" {problem.place}" if problem.place else ""
            print(f"Row {row.row}{name}:{place} {problem.message}; {problem.mend}.")
    count = len(plan.added) + len(plan.changed)
    print(
        f"{len(plan.added)} to add, {len(plan.changed)} to change, {len(plan.skipped)} there just "
        f"so, {len(plan.refused)} refused"
    )
    if not count:
        return _FAILED if plan.refused else _DONE
    if not _may(f"Import {count} cases?", "imported", "import", sure=sure):
        return _MEND
    with progress_bar("Importing", count) as done:
        imported = await exchange.run_for(plan, Author(), "casebook import")
        done(count)
    print(f"{imported.added} added, {imported.changed} changed")
    return _FAILED if plan.refused else _DONE


def _snowflake(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 63:
        raise argparse.ArgumentTypeError("an id is a number such as 1100000000000000001")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written YYYY-MM-DD") from None


def _announce(parsed: argparse.Namespace) -> int:
    async def run(app: "App") -> int:
        return await _announce_since(app.newsroom.announcements, parsed.since, sure=parsed.yes)

    return _with_app(load_settings(), run)


async def _announce_since(service: "Announcements", since: dt.date, *, sure: bool) -> int:
    """Show what would be announced to how many, ask, and write it; the running bot delivers."""
    news = await service.unannounced(since)
    for each in news:
        ruling = each.told_ruling
        reach = await service.reach(each)
        day = ruling.decided_on if ruling else None
        print(f"{day}  {each.case.title}: {reach.channels} channels, {reach.members} members")
    if not news:
        print(f"No ruling since {since} is unannounced.")
        return _DONE
    if not _may(f"Announce {len(news)} rulings?", "announced", "announce", sure=sure):
        return _MEND
    published = await service.publish_all(news, Author())
    count = sum(each.deliveries for each in published)
    print(f"{len(published)} announced in {count} messages; the running bot sends them.")
    return _DONE


def _forget_person(parsed: argparse.Namespace) -> int:
    async def run(app: "App") -> int:
        privacy, person = app.desk.privacy, parsed.id
        kept = await privacy.about(person)
        print("Suggestions, revisions and other actions are not deleted; they name nobody then.")
        return await _forget(kept, lambda: privacy.forget(person), sure=parsed.yes)

    return _with_app(load_settings(), run)


def _forget_server(parsed: argparse.Namespace) -> int:
    async def run(app: "App") -> int:
        departures, server = app.desk.departures, parsed.id
        kept = await departures.data_of(server)
        return await _forget(kept, lambda: departures.forget(server), sure=parsed.yes)

    return _with_app(load_settings(), run)


async def _forget(kept: Counts, do: Callable[[], Awaitable[Counts]], *, sure: bool) -> int:
    """Show what there is, ask, and delete it."""
    print(f"There is: {in_words(kept)}.")
    if kept == type(kept)():
        return _DONE
    if not _may("Delete it for good?", "deleted", "delete", sure=sure):
        return _MEND
    print(f"Done: {in_words(await do())}.")
    return _DONE


def _with_app(settings: Settings, do: Callable[["App"], Awaitable[int]]) -> int:
    from bot.app import open_app  # noqa: PLC0415 - see _run

    async def run() -> int:
        async with open_app(settings.database, settings.curator_guild_id) as app:
            return await do(app)

    return asyncio.run(run())


def _may(question: str, done: str, do: str, *, sure: bool) -> bool:
    """Whether the owner wants it; says that nothing was done, and how not to be asked."""
    if sure or (sys.stdin.isatty() and input(f"{question} [y/N] ").strip().casefold() in _YES):
        return True
    print(f"Nothing was {done}. To {do} without being asked, add --yes.")
    return False


def _export(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    from bot.app import open_app  # noqa: PLC0415 - see _run
    from bot.terminal import progress_bar  # noqa: PLC0415

    async def run() -> tuple[int, bytes]:
        async with open_app(settings.database, only_reads=True) as app:
            records = app.catalogue.records(parsed.server)
            with progress_bar("Exporting", len(records)) as done:
                data = await app.desk.exchange.export_of(parsed.server)
                done(len(records))
            return len(records), data

    count, data = asyncio.run(run())
    packed = gzip.compress(data, mtime=0) if parsed.file.suffix == ".gz" else data
    try:
        parsed.file.write_bytes(packed)
    except OSError as failure:
        raise CannotStartError([f"{parsed.file} cannot be written ({failure.strerror})."]) from None
    print(f"{count} cases written to {parsed.file}")
    return _DONE


def _backup(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    from bot.app import back_up  # noqa: PLC0415 - see _run

    print(f"Backup written and checked: {back_up(settings, parsed.file)}")
    return _DONE


def _migrate_to(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    from bot.ops.moving import move  # noqa: PLC0415 - see _run
    from bot.services.failures import StorageError  # noqa: PLC0415

    try:
        asyncio.run(move(settings.database, parsed.url, print))
    except StorageError as failure:
        raise CannotStartError([str(failure)]) from failure
    print(
        "Every row was counted and compared. Set DATABASE_URL to that address in .env and start "
        "the bot; the SQLite file stays as it is, as a backup of today."
    )
    return _DONE


def _restore(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    from bot.app import restore  # noqa: PLC0415 - see _run

    kept = asyncio.run(restore(settings, parsed.file))
    print(f"Restored {parsed.file}; the bot can be started.")
    if kept is not None:
        print(f"The database so far is kept in {kept}")
    return _DONE


def _commands(parsed: argparse.Namespace) -> int:
    del parsed
    from bot.app import open_app  # noqa: PLC0415 - see _run

    async def page(database: str) -> str:
        async with open_app(database) as app:
            return app.commands_page()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "commands.sqlite3"
        print(asyncio.run(page(f"sqlite+aiosqlite:///{path}")), end="")
    return _DONE


def _health(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    host, port = settings.metrics_host, settings.metrics_port
    if port is None:
        raise CannotStartError(["METRICS_PORT is not set, so the running bot cannot be asked."])
    from bot.ops.asking import NoAnswerError, ask  # noqa: PLC0415 - see _run

    try:
        checks = ask(host, port, live=parsed.live)
    except NoAnswerError as failure:
        print(f"Nothing answers at {host}:{port} ({failure}): is the bot running?")
        return _FAILED
    for check in checks:
        print(f"{'fine ' if check.fine else 'WRONG'}  {check.name}: {check.says}")
    return _DONE if all(check.fine for check in checks) else _FAILED


def _doctor(parsed: argparse.Namespace) -> int:
    del parsed
    settings = load_settings()
    from bot.app import examine  # noqa: PLC0415 - see _run
    from bot.terminal import progress_bar  # noqa: PLC0415
    from bot.text import text_for  # noqa: PLC0415

    with progress_bar("Examining", 0) as done:
        findings = asyncio.run(examine(settings, done))
    text = text_for("en-GB").doctor
    for finding in findings:
        print(text.terminal_line(finding))
    problems = sum(not finding.fine for finding in findings)
    print(text.verdict(problems))
    return _FAILED if problems else _DONE


def _schema(parsed: argparse.Namespace) -> int:
    del parsed
    print(json.dumps(Case.model_json_schema(), indent=2, ensure_ascii=False))
    return _DONE
