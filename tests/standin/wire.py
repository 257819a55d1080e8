"""JSON, snowflakes and the errors Discord answers with."""

import itertools
import json
import time
from typing import Any

try:
    import orjson
except ImportError:  # slower, and as good
    orjson = None

DISCORD_EPOCH = 1_420_070_400_000


def dumps(value: Any) -> bytes:
    """Write compact JSON."""
    if orjson is not None:
        return orjson.dumps(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def loads(text: bytes | str) -> Any:
    """Read JSON.

    Raises:
        ValueError: if it is none.
    """
    return orjson.loads(text) if orjson is not None else json.loads(text)


class Snowflakes:
    """New ids, each greater than the one before, whose upper bits are the time."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> int:
        """An id of now."""
        now = (int(time.time() * 1000) - DISCORD_EPOCH) << 22
        self._last = max(self._last + 1, now)
        return self._last


class SpreadSnowflakes:
    """New ids of guilds: one for each millisecond of a past day, so that shards share them out."""

    def __init__(self) -> None:
        start = int(time.time() * 1000) - DISCORD_EPOCH - 400 * 86_400_000
        self._ids = ((start + step) << 22 for step in itertools.count())

    def new(self) -> int:
        """The next id."""
        return next(self._ids)


def timestamp(snowflake: int) -> str:
    """When an id was made, as Discord writes it."""
    seconds, milliseconds = divmod((snowflake >> 22) + DISCORD_EPOCH, 1000)
    when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{when}.{milliseconds:03}000+00:00"


MESSAGES = {
    0: "Error",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10008: "Unknown Message",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    10066: "Unknown application command permissions",
    20022: "This message cannot be edited due to announcement rate limits",
    20028: "The channel you are writing has hit the write rate limit",
    30034: "Max number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later",
    40001: "Unauthorized. Provide a valid token and try again",
    40003: "You are opening direct messages too fast",
    40033: "This message has already been crossposted",
    40333: "internal network error",
    40060: "Interaction has already been acknowledged.",
    40094: "This interaction has reached the maximum number of follow-up messages",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    130000: "API resource is currently overloaded. Try again a little later",
    160005: "Thread is locked",
    200000: "Message was blocked by automatic moderation",
    240000: "Message was blocked by harmful links filter",
}
_STATUS = {
    400: (40003, 40033, 40060, 40094, 50006, 50008, 50024, 50035, 50083, 50109, 160005, 200000,
          240000),
    401: (40001, 50027),
    429: (20022, 20028, 30034, 30046),
    503: (130000,),
}  # fmt: skip
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes}


class DiscordError(Exception):
    """An answer that is not a success.

    Attributes:
        status: of HTTP.
        body: JSON, or the text of something that stands before Discord.
        headers: more of them.
    """

    def __init__(
        self, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    @classmethod
    def of(cls, code: int, errors: dict[str, Any] | None = None) -> "DiscordError":
        """The error with one of Discord's JSON codes."""
        family = code // 10_000 if code < 100_000 else 0
        status = _STATUS_OF.get(code, 404 if family == 1 else 403)
        body: dict[str, Any] = {"message": MESSAGES.get(code, MESSAGES[0]), "code": code}
        if errors is not None:
            body["errors"] = errors
        return cls(status, body)

    @property
    def code(self) -> int:
        """Discord's JSON code, or 0."""
        return self.body.get("code", 0) if isinstance(self.body, dict) else 0


UNAUTHORISED = (401, {"message": "401: Unauthorized", "code": 0})
NOT_FOUND = (404, {"message": "404: Not Found", "code": 0})
