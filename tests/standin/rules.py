"""Every number that the stand-in keeps, with Discord's own as the default."""

import argparse
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self


class Rate(NamedTuple):
    """At most `limit` requests in `seconds`."""

    limit: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str()` writes, such as `5/2.0`."""
        limit, _, seconds = text.partition("/")
        return cls(int(limit), float(seconds))

    def __str__(self) -> str:
        return f"{self.limit}/{self.seconds}"


@dataclass(frozen=True, slots=True)
class Rules:
    """How this Discord behaves. Times are in seconds unless a name says otherwise.

    Attributes:
        token: the only bot token that is accepted.
        application_id: of the bot; also the bot's user id.
        global_rate: requests of the bot in any window (interactions and webhooks are not counted).
        message_rate: new messages in a channel.
        edit_rate: edits in a channel.
        delete_rate: deletions in a channel.
        webhook_rate: requests on one interaction token after its first answer.
        default_rate: every other route, by route and channel, guild or webhook.
        crosspost_rate: publications in a channel.
        dm_open_rate: new direct message channels; faster answers 40003.
        old_edit_rate: edits in a channel of messages older than an hour; faster answers 30046.
        old_message_age: what "older than an hour" is.
        ban_after: invalid requests in ten minutes after which Cloudflare answers.
        nonce_window: how long an enforced nonce is remembered.
        interaction_deadline: how long an interaction may stay without an answer.
        interaction_life: how long its token works after that.
        max_followups: for an interaction of a user-installed app outside its servers.
        heartbeat_interval: asked of the client.
        identify_interval: for each of the `max_concurrency` identify buckets.
        max_concurrency: identifies at once.
        shards: recommended by /gateway/bot.
        session_starts: identifies a day.
        replayed_events: kept for a resume.
        resume_window: how long a dropped session can be resumed.
        privileged_intents: those that the application has; asking for others closes with 4014.
        application_flags: of the application, such as which intents are on.
        clock_ahead: by how much this Discord's `Date` is ahead of the machine's clock.
        latency: before each REST answer.
        archived_refuses: whether a send to an archived thread answers 50083; Discord un-archives
            it unless it is locked.
        kept_requests: in the request log.
        kept_interactions: with their answers, the newest.
        kept_messages: in each channel, the newest; what is older can no more be read or pressed.
    """

    token: str = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.stand-in.discord-token"
    application_id: int = 1100000000000000001
    global_rate: Rate = Rate(50, 1.0)  # noqa: RUF009 - a tuple
    message_rate: Rate = Rate(5, 5.0)  # noqa: RUF009 - a tuple
    edit_rate: Rate = Rate(5, 5.0)  # noqa: RUF009 - a tuple
    delete_rate: Rate = Rate(5, 1.0)  # noqa: RUF009 - a tuple
    webhook_rate: Rate = Rate(5, 2.0)  # noqa: RUF009 - a tuple
    default_rate: Rate = Rate(10, 1.0)  # noqa: RUF009 - a tuple
    crosspost_rate: Rate = Rate(10, 3600.0)  # noqa: RUF009 - a tuple
    dm_open_rate: Rate = Rate(10, 10.0)  # noqa: RUF009 - a tuple
    old_edit_rate: Rate = Rate(60, 60.0)  # noqa: RUF009 - a tuple
    old_message_age: float = 3600.0
    ban_after: int = 10_000
    nonce_window: float = 180.0
    interaction_deadline: float = 3.0
    interaction_life: float = 900.0
    max_followups: int = 5
    heartbeat_interval: float = 41.25
    identify_interval: float = 5.0
    max_concurrency: int = 1
    shards: int = 1
    session_starts: int = 1000
    replayed_events: int = 20_000
    resume_window: float = 120.0
    privileged_intents: int = 0
    application_flags: int = 1 << 23
    clock_ahead: float = 0.0
    latency: float = 0.0
    archived_refuses: int = 0
    kept_requests: int = 200_000
    kept_interactions: int = 20_000
    kept_messages: int = 100_000

    def arguments(self) -> list[str]:
        """The words of a command line that `read` reads back."""
        return [f"--{f.name.replace('_', '-')}={getattr(self, f.name)}" for f in fields(self)]

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """Let a command line name every rule."""
        for field in fields(cls):
            read: Any = Rate.parse if field.type is Rate else field.type
            option = f"--{field.name.replace('_', '-')}"
            parser.add_argument(option, type=read, default=field.default, help=f"({field.default})")

    @classmethod
    def read(cls, parsed: argparse.Namespace) -> Self:
        """The rules that a command line named."""
        return cls(**{field.name: getattr(parsed, field.name) for field in fields(cls)})
