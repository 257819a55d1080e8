"""Whether the bot is well: what is known of its parts, and what that means."""

from dataclasses import dataclass
from enum import StrEnum

LATE = 1.0
"""Seconds by which the event loop may be late; people have waited that long for an answer."""
STUCK = 10.0
"""Seconds after which a restart does more good than waiting."""
SLOW_HEARTBEAT = 15.0
"""Seconds; discord.py itself ends a connection from which nothing came for a minute."""
BEHIND = 10.0
"""Seconds for which the index may be behind the database."""


class AnnouncerState(StrEnum):
    """What the part that announces is doing."""

    STOPPED = "stopped"
    """It was not started yet, or was told to end."""
    IDLE = "idle"
    DRAINING = "draining"
    RESTING = "resting"
    """Discord has had enough for a while."""
    ELSEWHERE = "elsewhere"
    """Another process announces for the whole installation."""
    HALTED = "halted"
    """Nothing goes until the owner acts."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One connection to Discord's gateway."""

    number: int
    is_open: bool
    latency: float | None
    """Seconds from a heartbeat to its acknowledgement; `None` before the first."""


@dataclass(frozen=True, slots=True)
class ChatVitals:
    """What the Discord client knows of itself."""

    ready: bool = False
    """Whether Discord has told of every server."""
    shards: tuple[Shard, ...] = ()
    servers: int = 0
    failures: int = 0
    """Interactions that failed in the bot itself, since its start."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is known of a running bot."""

    loop_late: float
    """The worst lateness of the event loop in the last seconds, in seconds."""
    chat: ChatVitals
    announcer: AnnouncerState
    halted: str
    """Why the announcer is halted."""
    trouble: str
    """What is wrong with the database; empty if it answered."""
    cases: int
    """How many are in the index."""
    behind: float
    """For how long the index has been behind the database, in seconds; 0 if it is not."""


@dataclass(frozen=True, slots=True)
class Check:
    """A part, and whether it is well."""

    name: str
    fine: bool
    says: str


def alive(vitals: Vitals) -> Check:
    """Whether the process is worth keeping."""
    return _loop(vitals, STUCK)


def checks(vitals: Vitals) -> tuple[Check, ...]:
    """Every part of a running bot."""
    return (
        _loop(vitals, LATE),
        _gateway(vitals.chat),
        _database(vitals.trouble),
        _index(vitals),
        _announcer(vitals),
    )


def _loop(vitals: Vitals, limit: float) -> Check:
    says = f"at most {vitals.loop_late * 1000:.0f} ms late in the last seconds"
    return Check("event loop", vitals.loop_late <= limit, says)


def _gateway(chat: ChatVitals) -> Check:
    name = "gateway"
    cut = [str(shard.number) for shard in chat.shards if not shard.is_open]
    if cut:
        return Check(name, fine=False, says=f"not connected: shard {', '.join(cut)}")
    if not chat.ready:
        return Check(name, fine=False, says="Discord has not told of every server yet")
    slow = [
        f"{shard.number} ({shard.latency:.0f} s)"
        for shard in chat.shards
        if shard.latency is not None and shard.latency > SLOW_HEARTBEAT
    ]
    if slow:
        return Check(name, fine=False, says=f"slow heartbeat: shard {', '.join(slow)}")
    return Check(name, fine=True, says=f"{len(chat.shards)} connected, {chat.servers} servers")


def _database(trouble: str) -> Check:
    return Check("database", not trouble, trouble or "answers")


def _index(vitals: Vitals) -> Check:
    name = "index"
    if vitals.behind > BEHIND:
        return Check(name, fine=False, says=f"behind the database for {vitals.behind:.0f} s")
    return Check(name, fine=True, says=f"{vitals.cases} public cases")


def _announcer(vitals: Vitals) -> Check:
    name, state = "announcer", vitals.announcer
    if state is AnnouncerState.HALTED:
        says = f"halted ({vitals.halted}): reset the token and start the bot again"
        return Check(name, fine=False, says=says)
    return Check(name, state is not AnnouncerState.STOPPED, state.value)
