"""What an examination found, part by part: fine, or what is to be mended. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from pathlib import Path
from typing import Any, cast

CLOCK_TOLERANCE = 5.0
"""Seconds; Discord's header has whole ones, and an answer takes a while."""
_MEGABYTE = 1024 * 1024
_LEAST_FREE = 200 * _MEGABYTE
_COPIES = 3
"""A migration, a backup and a restore each need the room of the database once more."""
_LARGE_LOG = 100 * _MEGABYTE
_STARTS_WANTED = 10
"""One in so many of a day's session starts should be left."""


class Subject(StrEnum):
    """A part that is examined."""

    TOKEN = "token"
    INTENTS = "intents"
    CLOCK = "clock"
    STARTS = "session starts"
    COMMANDS = "commands"
    EDITORS = "editors"
    CHANNELS = "channels"
    PINGS = "pings"
    SUBSCRIPTIONS = "subscriptions"
    DELIVERIES = "deliveries"
    ANNOUNCER = "announcer"
    DATABASE = "database"
    DISK = "disk"
    BACKUPS = "backups"


OWNERS = frozenset({Subject.DATABASE, Subject.DISK, Subject.BACKUPS})
"""What only whoever runs the bot can mend, and needs to know of in detail."""


class Problem(Enum):
    """Something to mend."""

    TOKEN_MISSING = auto()
    TOKEN_REFUSED = auto()
    UNREACHABLE = auto()
    UNNEEDED_INTENTS = auto()
    CLOCK_OFF = auto()
    FEW_STARTS = auto()
    COMMANDS_DIFFER = auto()
    EDITORS_BLIND = auto()
    EDITOR_ROLE_GONE = auto()
    SERVER_GONE = auto()
    CHANNEL_GONE = auto()
    CHANNEL_CLOSED = auto()
    HISTORY_CLOSED = auto()
    ROLE_GONE = auto()
    ROLE_SILENT = auto()
    SUBSCRIPTION_BROKEN = auto()
    SUBSCRIPTION_FAILS = auto()
    UNCONFIRMED = auto()
    HALTED = auto()
    DATABASE_TROUBLE = auto()
    SCHEMA_OLD = auto()
    SCHEMA_NEW = auto()
    LARGE_LOG = auto()
    DISK_LOW = auto()
    NO_BACKUP = auto()
    BACKUP_OLD = auto()


class Note(Enum):
    """Something fine that is worth a word."""

    NO_DATABASE_YET = auto()
    NO_BACKUPS_WANTED = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a part.

    Attributes:
        subject: the part.
        problem: what is to be mended; a note, or `None`: it is fine.
        values: what its sentence mentions, by name; `code` is Discord's, `ahead` are seconds.
    """

    subject: Subject
    problem: Problem | Note | None = None
    values: Mapping[str, str | int | float] = field(default_factory=dict[str, str | int | float])

    @property
    def fine(self) -> bool:
        """Whether there is nothing to do."""
        return not isinstance(self.problem, Problem)


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What Discord says of the application. What was not asked is `None`."""

    clock_off: float | None = None
    """Seconds by which this machine's clock is ahead of Discord's; below 0: behind."""
    unneeded_intents: tuple[str, ...] | None = None
    starts_left: int | None = None
    starts_a_day: int = 0
    outdated_commands: tuple[str, ...] | None = None
    """Commands that Discord has otherwise than this version, or not, or that it should not have."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role that a subscription pings."""

    name: str
    there: bool
    heard: bool
    """Whether the bot can ping it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or thread with subscriptions. Names are as the reader is to see them."""

    name: str
    there: bool = True
    missing: tuple[str, ...] = ()
    """The permissions that the bot lacks to post."""
    reads_history: bool = True
    roles: tuple[RoleFacts, ...] = ()
    broken: int | None = None
    """Discord's reason for which the bot paused a subscription here; `None`: it did not."""
    failing: int | None = None
    """The same for a delivery that failed last and is tried again."""
    paused: int = 0
    """How many subscriptions somebody paused."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A server with subscriptions, as far as the bot knows it."""

    name: str
    there: bool = True
    places: tuple[Place, ...] = ()
    unconfirmed: int = 0
    """Deliveries of the last days of which nobody knows whether they arrived."""
    editor_role: str | None = None
    """The role that edits; `None`: none was named."""
    editor_role_there: bool = True
    unseen: tuple[str, ...] | None = None
    """The editors' commands that this role does not see; `None`: not known."""


@dataclass(frozen=True, slots=True)
class StorageFacts:
    """The database, its disk and its backups."""

    place: str
    """The address, without a password."""
    newest_schema: str
    trouble: str = ""
    """What is wrong with it, as a sentence."""
    schema: str | None = None
    """`None`: there is no database yet."""
    size: int = 0
    log_size: int = 0
    """Bytes that wait in SQLite's log."""
    free: Mapping[Path, int] = field(default_factory=dict[Path, int])
    """Bytes that are left, by folder."""
    backup_every: dt.timedelta | None = None
    """`None`: no backups are made by the bot."""
    backup_age: dt.timedelta | None = None
    """`None`: there is none."""


def of_connection(facts: ConnectionFacts) -> Iterator[Finding]:
    """The findings about the application."""
    if facts.unneeded_intents is not None:
        names = ", ".join(facts.unneeded_intents)
        yield _finding(Subject.INTENTS, names and Problem.UNNEEDED_INTENTS, intents=names)
    if facts.clock_off is not None:
        wrong = abs(facts.clock_off) > CLOCK_TOLERANCE and Problem.CLOCK_OFF
        yield _finding(Subject.CLOCK, wrong, ahead=facts.clock_off)
    if facts.starts_left is not None:
        few = facts.starts_left * _STARTS_WANTED < facts.starts_a_day and Problem.FEW_STARTS
        yield _finding(Subject.STARTS, few, left=facts.starts_left, of=facts.starts_a_day)
    if facts.outdated_commands is not None:
        names = ", ".join(facts.outdated_commands)
        yield _finding(Subject.COMMANDS, names and Problem.COMMANDS_DIFFER, commands=names)


def of_announcer(halted: str) -> Finding:
    """The finding about the part that announces.

    Args:
        halted: why it is; empty if it is not.
    """
    return _finding(Subject.ANNOUNCER, halted and Problem.HALTED, reason=halted)


def of_server(facts: ServerFacts) -> Iterator[Finding]:
    """The findings about one server."""
    if not facts.there:
        yield Finding(Subject.CHANNELS, Problem.SERVER_GONE, {"server": facts.name})
        return
    yield from _merged(Subject.CHANNELS, facts.places, map(_channel, facts.places))
    yield from _merged(Subject.PINGS, facts.places, map(_pings, facts.places))
    yield from _merged(Subject.SUBSCRIPTIONS, facts.places, map(_subscriptions, facts.places))
    count, name = facts.unconfirmed, facts.name
    lost = count and Problem.UNCONFIRMED
    yield _finding(Subject.DELIVERIES, lost, count=count, server=name)


def of_editors(facts: ServerFacts) -> Iterator[Finding]:
    """The finding about the role that edits, if the server named one."""
    role, subject = facts.editor_role, Subject.EDITORS
    if role is None:
        return
    if not facts.editor_role_there:
        yield Finding(subject, Problem.EDITOR_ROLE_GONE, {"role": role})
    elif facts.unseen is not None:
        commands = ", ".join(f"/{name}" for name in facts.unseen)
        blind = commands and Problem.EDITORS_BLIND
        yield _finding(subject, blind, role=role, commands=commands)


def of_storage(facts: StorageFacts) -> Iterator[Finding]:
    """The findings about the database, its disk and its backups."""
    yield _database(facts)
    if facts.log_size > _LARGE_LOG:
        values = {"megabytes": facts.log_size // _MEGABYTE}
        yield Finding(Subject.DATABASE, Problem.LARGE_LOG, values)
    wanted = max(_LEAST_FREE, _COPIES * facts.size)
    for folder, free in facts.free.items():
        low = free < wanted and Problem.DISK_LOW
        values = {"free": free // _MEGABYTE, "wanted": wanted // _MEGABYTE}
        yield _finding(Subject.DISK, low, folder=str(folder), **values)
    if facts.schema is not None:
        yield _backups(facts)


def _database(facts: StorageFacts) -> Finding:
    schema, newest = facts.schema, facts.newest_schema
    values = {"place": facts.place, "schema": schema or newest, "newest": newest}
    problem = Note.NO_DATABASE_YET if schema is None else None
    if facts.trouble:
        problem = Problem.DATABASE_TROUBLE
        values["trouble"] = facts.trouble
    elif schema is not None and schema != newest:
        problem = Problem.SCHEMA_OLD if schema < newest else Problem.SCHEMA_NEW
    return Finding(Subject.DATABASE, problem, values)


def _backups(facts: StorageFacts) -> Finding:
    every, age = facts.backup_every, facts.backup_age
    if every is None:
        return Finding(Subject.BACKUPS, Note.NO_BACKUPS_WANTED)
    if age is None:
        return Finding(Subject.BACKUPS, Problem.NO_BACKUP)
    hours = round(age / dt.timedelta(hours=1), 1)
    old = age > 2 * every and Problem.BACKUP_OLD
    return _finding(Subject.BACKUPS, old, hours=hours)


def _channel(place: Place) -> Iterator[Finding]:
    subject, values = Subject.CHANNELS, {"channel": place.name}
    if not place.there:
        yield Finding(subject, Problem.CHANNEL_GONE, values)
    elif place.missing:
        missing = ", ".join(place.missing)
        yield Finding(subject, Problem.CHANNEL_CLOSED, {**values, "missing": missing})
    elif not place.reads_history:
        yield Finding(subject, Problem.HISTORY_CLOSED, values)


def _pings(place: Place) -> Iterator[Finding]:
    if not place.there:
        return
    for role in place.roles:
        values = {"channel": place.name, "role": role.name}
        if not role.there:
            yield Finding(Subject.PINGS, Problem.ROLE_GONE, values)
        elif not role.heard:
            yield Finding(Subject.PINGS, Problem.ROLE_SILENT, values)


def _subscriptions(place: Place) -> Iterator[Finding]:
    if place.broken is not None:
        values = {"channel": place.name, "code": place.broken}
        yield Finding(Subject.SUBSCRIPTIONS, Problem.SUBSCRIPTION_BROKEN, values)
    if place.failing is not None:
        values = {"channel": place.name, "code": place.failing}
        yield Finding(Subject.SUBSCRIPTIONS, Problem.SUBSCRIPTION_FAILS, values)


def _merged(
    subject: Subject, places: Sequence[Place], found: Iterable[Iterable[Finding]]
) -> Iterator[Finding]:
    """What is wrong in any of the places; one line if nothing is."""
    wrong = [finding for each in found for finding in each]
    paused = sum(place.paused for place in places)
    yield from wrong or [Finding(subject, None, {"count": len(places), "paused": paused})]


def _finding(subject: Subject, problem: Problem | object, **values: str | float) -> Finding:
    """A finding that is fine unless `problem` is one."""
    return Finding(subject, problem if isinstance(problem, Problem) else None, values)


_DERIVED = frozenset({"dm_permission"})
"""What Discord computes itself from the contexts (Discord: Application Command, deprecated)."""


def differing_commands(
    ours: Iterable[Mapping[str, Any]], registered: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """The names of the commands that Discord has otherwise than they are here.

    Args:
        ours: as they would be sent.
        registered: as Discord gives them, with what it adds.
    """
    here = {_key(command): command for command in ours}
    there = {_key(command): command for command in registered}
    differing = [
        name
        for (kind, name) in {**here, **there}
        if (kind, name) not in here
        or (kind, name) not in there
        or not _covers(there[kind, name], here[kind, name])
    ]
    return tuple(sorted(differing))


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type") or 1, command["name"]


def _covers(theirs: object, ours: object) -> bool:
    """Whether Discord's form says all that ours does; empty, null and absent are the same."""
    same = str(theirs) == str(ours) or not (theirs or ours)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        mine, other = cast("Mapping[str, object]", ours), cast("Mapping[str, object]", theirs)
        return all(_covers(other.get(key), mine[key]) for key in mine if key not in _DERIVED)
    if isinstance(ours, list) and isinstance(theirs, list):
        some, others = cast("Sequence[object]", ours), cast("Sequence[object]", theirs)
        return len(some) == len(others) and all(map(_covers, others, some))
    return same
