"""One Discord: its rules, what exists, who is connected, and what was asked of it."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from tests.standin.faults import Faults
from tests.standin.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway
from tests.standin.interactions import Interactions
from tests.standin.openapi import OpenApi
from tests.standin.rates import Rates
from tests.standin.rules import Rules
from tests.standin.world import Channel, Json, World


@dataclass(slots=True)
class Request:
    """A request of the bot, and how it was answered. `status` 0: the line was cut."""

    at: float
    method: str
    route: str
    path: str
    body: Any
    status: int
    code: int
    milliseconds: float

    def payload(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Log:
    """What was asked, for a test to read."""

    requests: deque[Request]
    statuses: Counter[int] = field(default_factory=Counter)
    by_route: Counter[str] = field(default_factory=Counter)
    violations: list[Json] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)


class Hub:
    """The parts together; the routes and the control side work on it.

    Attributes:
        sent: how many messages the bot has ever put into each channel by its own requests.
        total_sent: the sum of it.
        nonces: how many messages were made in each channel with each nonce.
        told_by_interaction: the newest messages that were answers, ephemeral ones too.
        address: of this server, `http://127.0.0.1:PORT`.
        cut: whether the network between the bot and Discord is cut.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.world = World(rules)
        self.gateway = Gateway(rules, self.world)
        self.interactions = Interactions(rules, self.world, self.gateway)
        self.rates = Rates(rules)
        self.faults = Faults()
        self.openapi = OpenApi.from_environment()
        self.log = Log(deque(maxlen=rules.kept_requests))
        self.sent: Counter[int] = Counter()
        self.total_sent = 0
        self.nonces: Counter[tuple[int, str]] = Counter()
        self.told_by_interaction: dict[int, Json] = {}
        self.address = ""
        self.cut = False

    def tell_of_message(self, event: str, channel: Channel, message: Json) -> None:
        """Send a message event to the sessions that asked for such events."""
        guild = channel.guild
        intent = DIRECT_MESSAGES if guild is None else GUILD_MESSAGES
        body = dict(message)
        if guild is not None:
            body["guild_id"] = str(guild.id)
        self.gateway.dispatch(event, body, guild.id if guild else None, intent)
