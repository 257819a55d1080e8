"""When a server that removed the bot counts as gone, and when what is kept for it is deleted."""

import datetime as dt
from dataclasses import dataclass

KEPT_FOR = dt.timedelta(days=30)
"""How long a server's data stays after it removed the bot."""

ABSENCES = 2
"""In so many full starts in a row a server has to be absent to count as gone."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Which servers Discord told this process of, once all its shards were ready.

    A server in an outage is told of too, as unavailable; one that removed the bot is not
    (Discord: "Ready", field `guilds`).
    """

    guilds: frozenset[int]
    shard_count: int = 1
    """Of the whole installation."""
    shards: frozenset[int] = frozenset({0})
    """Those of this process."""

    def judges(self, guild: int) -> bool:
        """Whether Discord tells this process, and no other, of a server.

        The formula is Discord's ("Sharding").
        """
        return (guild >> 22) % self.shard_count in self.shards

    def lacks(self, guild: int) -> bool:
        """Whether this process would know of a server, and does not."""
        return self.judges(guild) and guild not in self.guilds


@dataclass(frozen=True, slots=True)
class Departure:
    """A server that is, or seems to be, gone. One that comes back has none any more."""

    guild: int
    since: dt.datetime
    """From when the time is counted after which its data is deleted."""
    absences: int
    """How many full starts in a row it was absent from; `ABSENCES` too where Discord said at once
    that it removed the bot."""

    @property
    def is_certain(self) -> bool:
        """Whether the server removed the bot, as far as can be known."""
        return self.absences >= ABSENCES

    def is_due(self, now: dt.datetime) -> bool:
        """Whether its data is to be deleted."""
        return self.is_certain and now - self.since >= KEPT_FOR


def removed(known: Departure | None, guild: int, now: dt.datetime) -> Departure:
    """What is known of a server after Discord said that it removed the bot."""
    if known is not None and known.is_certain:
        return known
    return Departure(guild, now, ABSENCES)


def absent(known: Departure | None, guild: int, now: dt.datetime) -> Departure:
    """What is known of a server that was not there at a full start."""
    if known is not None and known.is_certain:
        return known
    return Departure(guild, now, 1 if known is None else known.absences + 1)
