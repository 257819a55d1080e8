"""Drives a stand-in from a test or a measurement: start it, be its people, read what the bot did.

async with StandIn.start(Rules(nonce_window=2.0)) as discord:
    guild = await discord.add_guild(channels=3)
    async with discord.bot("run", folder=tmp_path) as bot:
        await discord.wait_connected(bot)
        answer = await discord.slash("case", {"query": "beijing"}, Who(guild.channels[0]))
"""

import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.standin.process import REPOSITORY, BotProcess, environment
from tests.standin.rules import Rules
from tests.standin.world import EVERYTHING, PUBLIC_THREAD, TEXT

Json = dict[str, Any]

BOT_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 38
"""View and send in channels and threads, embed, attach, and read history."""


class RefusedError(Exception):
    """The stand-in cannot do that, or Discord would not let the person do it; says why."""


@dataclass(frozen=True, slots=True)
class Guild:
    """A server as it was made."""

    id: int
    owner: int
    bot_role: int
    channels: list[int]


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something, and where.

    Attributes:
        channel: in which it happens; a server's, a direct message (`open_dm`) or a group.
        user: who; `None`: somebody without roles, or the first of a conversation.
        locale: of the person's client.
        permissions: of the member in that channel; `None`: as their roles say.
        installs: how the bot came there, of `guild` and `user`.
    """

    channel: int
    user: int | None = None
    locale: str = "en-US"
    permissions: int | None = None
    installs: tuple[str, ...] = ("guild",)

    def administrator(self) -> Self:
        """The same person with every permission."""
        return type(self)(self.channel, self.user, self.locale, EVERYTHING, self.installs)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an interaction.

    Attributes:
        id: of the interaction.
        type: of the first answer (Discord's callback types); `None`: there was none in time.
        data: of the first answer, as the bot sent it.
        milliseconds: from the event to the first answer, measured in the stand-in.
        ephemeral: whether only the person sees it.
        deferred: whether the first answer was a delay.
        message: as it is now: the answer, or the message that a component changed.
        followups: further messages.
    """

    id: int
    type: int | None
    data: Json
    milliseconds: float | None
    ephemeral: bool
    deferred: bool
    message: Json | None
    followups: list[Json] = field(default_factory=list)

    @property
    def choices(self) -> list[Json]:
        """The suggestions, each with `name` and `value`."""
        return self.data.get("choices") or []

    @property
    def content(self) -> str:
        return (self.message or {}).get("content", "")

    @property
    def embeds(self) -> list[Json]:
        return (self.message or {}).get("embeds", [])

    @property
    def message_id(self) -> int:
        if self.message is None:
            raise LookupError("there is no message in this answer")
        return int(self.message["id"])


@dataclass(frozen=True, slots=True)
class Load:
    """What a closed loop of interactions gave. Times to the answer in milliseconds.

    Attributes:
        shapes: how many answers were `embed`, `private text`, `choices`, `no choices` …
    """

    sent: int
    answered: int
    seconds: float
    milliseconds: list[float]
    shapes: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds

    def quantile(self, share: float) -> float:
        """The time within which this share (0 to 1) of the answers came."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class StandIn:
    """A running stand-in."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    @classmethod
    @asynccontextmanager
    async def start(
        cls, rules: Rules | None = None, *, openapi: Path | None = None
    ) -> AsyncIterator[Self]:
        """Start one in a process of its own, and stop it at the end.

        Args:
            rules: that it keeps.
            openapi: Discord's document to hold bodies against; or set `CASEBOOK_OPENAPI`.
        """
        rules = rules or Rules()
        variables = environment()
        if openapi is not None:
            variables["CASEBOOK_OPENAPI"] = str(openapi)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.standin", "--until-eof", *rules.arguments(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=variables, cwd=REPOSITORY,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = await process.stdout.readline()
            if not line:
                raise RuntimeError("the stand-in did not start; see its standard error")
            async with aiohttp.ClientSession() as session:
                yield cls(json.loads(line)["url"], rules.token, session)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def _do(self, operation: str, **fields: Any) -> Any:
        timeout = aiohttp.ClientTimeout(total=600)
        url = f"{self.url}/control/{operation}"
        async with self._session.post(url, json=fields, timeout=timeout) as response:
            if response.status != 200:
                raise RefusedError(f"{operation}: {await response.text()}")
            return await response.json()

    # The bot

    def bot(
        self,
        *arguments: str,
        folder: Path,
        variables: Mapping[str, str] | None = None,
    ) -> "BotProcess":
        """A process of the bot, through the launcher; `async with` starts it and ends it.

        Args:
            arguments: `run`, or `-m module …`.
            folder: its working folder and `DATA_DIR`.
            variables: more of the environment.
        """
        more = {"DISCORD_TOKEN": self.token, "DATA_DIR": str(folder), **(variables or {})}
        command = [sys.executable, "-m", "tests.standin.launcher", self.url, *arguments]
        return BotProcess(command, {**environment(), **more}, folder)

    async def wait_connected(
        self, bot: BotProcess | None = None, *, shards: int = 1, wait: float = 30.0
    ) -> None:
        """Wait until so many shards have identified or resumed; 0: until none is connected.

        Args:
            bot: whose end ends the waiting.
            shards: how many.
            wait: how long, in seconds.

        Raises:
            RefusedError: if they are not, in time.
            LookupError: if the bot ended.
        """
        connected = self._do("wait_connected", shards=shards, wait=wait)
        await (connected if bot is None else bot.while_running(connected))

    async def wait_commands(self, wait: float = 10.0) -> list[Json]:
        """Wait until the bot has registered global commands; gives them."""
        return await self._do("wait_commands", wait=wait)

    async def wait_sent(self, total: int, wait: float = 60.0) -> int:
        """Wait until the bot has sent so many messages in all; gives how many it has."""
        return await self._do("wait_sent", total=total, wait=wait)

    async def wait_requests(self, route: str, total: int = 1, wait: float = 30.0) -> None:
        """Wait until the bot has had so many answers on exactly this `METHOD /path/{name}`."""
        await self._do("wait_requests", route=route, total=total, wait=wait)

    # The world

    async def add_guild(
        self,
        name: str = "Guild",
        *,
        channels: int = 1,
        kind: int = TEXT,
        locale: str = "en-US",
        bot_permissions: int = BOT_PERMISSIONS,
    ) -> Guild:
        """Make a server that the bot is in, with its channels; the first is the system channel."""
        (guild,) = await self.add_guilds(
            1, channels=channels, name=name, kind=kind, locale=locale,
            bot_permissions=bot_permissions,
        )  # fmt: skip
        return guild

    async def add_guilds(
        self,
        count: int,
        *,
        channels: int = 1,
        name: str = "Guild",
        kind: int = TEXT,
        locale: str = "en-US",
        bot_permissions: int = BOT_PERMISSIONS,
    ) -> list[Guild]:
        """`add_guild`, many times; they are joined if the bot is connected."""
        made = await self._do(
            "add_guilds", count=count, channels=channels, name=name, kind=kind, locale=locale,
            bot_permissions=bot_permissions,
        )  # fmt: skip
        return [Guild(**each) for each in made]

    async def remove_guild(self, guild: int, *, outage: bool = False) -> None:
        """Remove the bot from a server, or make it unavailable for a while."""
        await self._do("remove_guild", guild=guild, outage=outage)

    async def return_guild(self, guild: int) -> None:
        """Add the bot again, or end the outage."""
        await self._do("return_guild", guild=guild)

    async def set_guild_locale(self, guild: int, locale: str) -> None:
        await self._do("set_guild_locale", guild=guild, locale=locale)

    async def add_channel(
        self,
        guild: int,
        name: str = "more",
        *,
        kind: int = TEXT,
        parent: int | None = None,
        archived: bool = False,
        locked: bool = False,
    ) -> int:
        """Make a channel; the kinds are in `world`: TEXT, ANNOUNCEMENT, FORUM …"""
        return await self._do(
            "add_channel", guild=guild, name=name, kind=kind, parent=parent, archived=archived,
            locked=locked,
        )  # fmt: skip

    async def add_thread(
        self, guild: int, parent: int, *, archived: bool = False, locked: bool = False
    ) -> int:
        """Make a public thread in a channel."""
        return await self.add_channel(
            guild, "thread", kind=PUBLIC_THREAD, parent=parent, archived=archived, locked=locked
        )

    async def delete_channel(self, channel: int) -> None:
        """Delete it: it answers 10003 from now on."""
        await self._do("delete_channel", channel=channel)

    async def set_channel(
        self,
        channel: int,
        *,
        archived: bool | None = None,
        locked: bool | None = None,
        delay: float | None = None,
        blocked_by: int | None = None,
        edits_blocked_by: int | None = None,
    ) -> None:
        """Change a channel.

        Args:
            channel: which.
            archived: for a thread.
            locked: for a thread.
            delay: seconds before each of its answers.
            blocked_by: answer each send with this JSON code, such as 200000; 0: no more.
            edits_blocked_by: the same for each edit, such as 30046.
        """
        await self._do(
            "set_channel", channel=channel, archived=archived, locked=locked, delay=delay,
            blocked_by=blocked_by, edits_blocked_by=edits_blocked_by,
        )  # fmt: skip

    async def deny(self, channel: int, target: int, permissions: int, *, member: bool) -> None:
        """Overwrite a channel's permissions to deny a role or a member (the bot is one) these."""
        await self._overwrite(channel, target, allow=0, deny=permissions, member=member)

    async def deny_bot(self, channel: int, permissions: int) -> None:
        """Deny the bot itself these in a channel; 0: nothing any more."""
        target = Rules().application_id
        await self._overwrite(channel, target, allow=0, deny=permissions, member=True)

    async def allow(self, channel: int, target: int, permissions: int, *, member: bool) -> None:
        """Overwrite a channel's permissions to allow a role or a member these."""
        await self._overwrite(channel, target, allow=permissions, deny=0, member=member)

    async def _overwrite(
        self, channel: int, target: int, *, allow: int, deny: int, member: bool
    ) -> None:
        kind = 1 if member else 0
        await self._do(
            "overwrite", channel=channel, target=target, kind=kind, allow=allow, deny=deny
        )

    async def add_role(
        self, guild: int, name: str, *, permissions: int = 0, mentionable: bool = False
    ) -> int:
        return await self._do(
            "add_role", guild=guild, name=name, permissions=permissions, mentionable=mentionable
        )

    async def set_role(
        self,
        guild: int,
        role: int,
        *,
        permissions: int | None = None,
        mentionable: bool | None = None,
    ) -> None:
        """Change a role; the guild's own id is everyone's, `Guild.bot_role` the bot's."""
        await self._do(
            "set_role", guild=guild, role=role, permissions=permissions, mentionable=mentionable
        )

    async def delete_role(self, guild: int, role: int) -> None:
        await self._do("delete_role", guild=guild, role=role)

    async def add_user(self, name: str, *, accepts_dms: bool = True) -> int:
        """Make a person; one who accepts no direct messages answers 50007."""
        return await self._do("add_user", name=name, accepts_dms=accepts_dms)

    async def set_user(self, user: int, *, accepts_dms: bool) -> None:
        await self._do("set_user", user=user, accepts_dms=accepts_dms)

    async def set_member(self, guild: int, user: int, roles: Sequence[int]) -> None:
        """Give a member exactly these roles."""
        await self._do("set_member", guild=guild, user=user, roles=list(roles))

    async def open_dm(self, user: int) -> int:
        """The direct message channel of a person and the bot."""
        return await self._do("open_dm", user=user)

    async def open_group(self, users: Sequence[int]) -> int:
        """A group of people, where a user-installed bot may be used."""
        return await self._do("open_group", users=list(users))

    async def post(self, channel: int, user: int, content: str) -> Json:
        """Let a person write; gives the message."""
        return await self._do("post", channel=channel, user=user, content=content)

    async def delete_message(self, channel: int, message: int) -> None:
        """Let a moderator delete a message."""
        await self._do("delete_message", channel=channel, message=message)

    async def upload(self, filename: str, content: bytes) -> int:
        """A file for an attachment option; gives the value to use there."""
        written = base64.b64encode(content).decode()
        return await self._do("upload", filename=filename, content=written)

    # What people do

    async def slash(
        self,
        path: str,
        options: Json | None = None,
        who: Who | None = None,
        *,
        hidden: bool = False,
        wait: float = 10.0,
    ) -> Answer:
        """Use a slash command and wait for the whole answer, a deferred one too.

        Args:
            path: `case`, or `cases list`.
            options: by name; users, roles, channels and attachments by id.
            who: who, and where.
            hidden: even if Discord would not show the command to them.
            wait: how long, in seconds.

        Raises:
            RefusedError: if the person sees no such command.
        """
        return await self._ask(
            "slash", who, path=path, options=options or {}, focused=None, hidden=hidden, wait=wait
        )

    async def suggest(
        self,
        path: str,
        option: str,
        typed: str,
        who: Who | None = None,
        *,
        others: Json | None = None,
        wait: float = 10.0,
    ) -> Answer:
        """Type into an option and wait for the suggestions (`Answer.choices`)."""
        options = {**(others or {}), option: typed}
        return await self._ask(
            "slash", who, path=path, options=options, focused=option, hidden=False, wait=wait
        )

    async def menu(
        self, name: str, message: int, who: Who, *, hidden: bool = False, wait: float = 10.0
    ) -> Answer:
        """Use a command of a message's menu, on a message of `who.channel`."""
        return await self._ask("menu", who, name=name, message=message, hidden=hidden, wait=wait)

    async def press(
        self,
        message: int,
        custom_id: str,
        who: Who,
        *,
        forged: bool = False,
        wait: float = 10.0,
    ) -> Answer:
        """Press a button of a message; a forged one need not be there."""
        return await self._ask(
            "component", who, message=message, custom_id=custom_id, values=None, forged=forged,
            wait=wait,
        )  # fmt: skip

    async def select(
        self,
        message: int,
        custom_id: str,
        values: Sequence[str],
        who: Who,
        *,
        forged: bool = False,
        wait: float = 10.0,
    ) -> Answer:
        """Choose options of a select."""
        return await self._ask(
            "component", who, message=message, custom_id=custom_id, values=list(values),
            forged=forged, wait=wait,
        )  # fmt: skip

    async def submit(
        self,
        shown: Answer,
        fields: Json,
        who: Who,
        *,
        form: Json | None = None,
        wait: float = 10.0,
    ) -> Answer:
        """Fill in the form that an answer showed; fields not named keep what stood in them.

        Args:
            shown: the answer.
            fields: text, or a list of chosen values, by custom id.
            who: who, and where.
            form: another form instead, for a forged one.
            wait: how long, in seconds.
        """
        return await self._ask(
            "submit", who, interaction=shown.id, form=form, fields=fields, wait=wait
        )

    async def again(self, answer: Answer, wait: float = 0.0) -> Answer:
        """How an earlier answer looks now."""
        return _answer(await self._do("outcome", interaction=answer.id, wait=wait))

    async def load(
        self,
        path: str,
        option: str,
        values: Sequence[str],
        who: Who,
        *,
        suggest: bool = False,
        in_flight: int = 16,
        count: int = 1_000_000,
        seconds: float = 10.0,
    ) -> Load:
        """Ask in a closed loop, inside the stand-in; ends at `count` or after `seconds`."""
        result = await self._do(
            "load", asking=asdict(who), path=path, option=option, values=list(values),
            suggest=suggest, in_flight=in_flight, count=count, seconds=seconds,
        )  # fmt: skip
        return Load(**result)

    async def _ask(self, operation: str, who: Who | None, **fields: Any) -> Answer:
        if who is None:
            raise RefusedError("say where: Who(channel)")
        return _answer(await self._do(operation, asking=asdict(who), **fields))

    # What the bot did

    async def commands(self, guild: int | None = None) -> list[Json]:
        """The registered commands: the global ones, or those of a server."""
        return await self._do("commands", guild=guild)

    async def messages(self, channel: int) -> list[Json]:
        """What stands in a channel, from old to new. Private answers don't."""
        return await self._do("messages", channel=channel)

    async def all_messages(self) -> dict[int, list[Json]]:
        """`messages` of every channel that has some."""
        found = await self._do("all_messages")
        return {int(channel): messages for channel, messages in found.items()}

    async def copies(self, text: str) -> Counter[int]:
        """In which channels a text stands, and in how many messages: exactly once is 1."""
        found: Counter[int] = Counter()
        for channel, messages in (await self.all_messages()).items():
            number = sum(text in json.dumps(each, ensure_ascii=False) for each in messages)
            if number:
                found[channel] = number
        return found

    async def sent(self) -> Counter[int]:
        """How many messages the bot ever put into each channel by Create Message."""
        return Counter({int(key): count for key, count in (await self._do("sent")).items()})

    async def deleted_messages(self) -> list[Json]:
        """What once stood in channels, in the order in which it was deleted."""
        return await self._do("deleted_messages")

    async def nonces(self) -> dict[tuple[int, str], int]:
        """How many messages were made, by channel and nonce: exactly once is 1."""
        return {(channel, nonce): count for channel, nonce, count in await self._do("nonces")}

    async def requests(self, route: str = "", since: int = 0) -> list[Json]:
        """The requests whose `METHOD /path/{with}/names` holds `route`, from old to new.

        Each has `at` (seconds since the start), `method`, `route`, `path`, `body`, `status`
        (0: cut), `code` and `milliseconds`.
        """
        return await self._do("requests", route=route, since=since)

    async def report(self) -> Json:
        """Counts: `statuses`, `invalid`, `invalid_in_ten_minutes`, `absorbed_repeats`, `faults`,
        `identifies`, `resumes`, `close_codes`, `connected`, `requests`; and `violations` (bodies
        that Discord refuses, with why) and `unknown_routes`."""
        return await self._do("report")

    async def check_clean(self) -> None:
        """Fail if the bot sent a body that Discord refuses, or used a route that is not here."""
        report = await self.report()
        assert not report["violations"], report["violations"]
        assert not report["unknown_routes"], report["unknown_routes"]

    # Trouble

    async def inject(
        self,
        chances: Mapping[str, float],
        *,
        seed: int = 0,
        route: str = "",
        times: int | None = None,
        hold: float = 30.0,
        retry_after: float = 0.5,
    ) -> None:
        """Let requests fail.

        Args:
            chances: for each kind (`faults.Fault`), at most 1 in all.
            seed: for the same failures again.
            route: a regular expression for `METHOD /path/{with}/names`.
            times: how many failures at most.
            hold: how long a time-out lasts before the line is cut.
            retry_after: what a 429 says.
        """
        await self._do(
            "inject", chances=dict(chances), seed=seed, route=route, times=times, hold=hold,
            retry_after=retry_after,
        )  # fmt: skip

    async def clear_faults(self) -> None:
        await self._do("clear_faults")

    async def drop(self, *, code: int | None = None, invalidate: bool = False) -> int:
        """Cut every gateway connection, or close it with a code; gives how many.

        Args:
            code: to close with; `None`: without a word.
            invalidate: refuse to resume afterwards.
        """
        return await self._do("drop", code=code, invalidate=invalidate)

    async def cut_network(self, *, cut: bool = True) -> None:
        """Reset every connection, and each new one, until it is mended."""
        await self._do("cut_network", cut=cut)

    async def refuse_token(self, *, refused: bool = True) -> None:
        """Refuse the bot's token from now on, as after a reset: 401, and the gateway closes."""
        await self._do("refuse_token", refused=refused)

    async def ask_to_reconnect(self) -> None:
        """Send RECONNECT, as Discord does before it moves a session."""
        await self._do("ask_to_reconnect")

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Send INVALID_SESSION."""
        await self._do("invalidate", resumable=resumable)

    async def dispatch(self, event: str, data: Json, guild: int | None = None) -> None:
        """Send any event."""
        await self._do("dispatch", event=event, data=data, guild=guild)


def _answer(result: Json) -> Answer:
    return Answer(**{**result, "id": int(result["id"])})
