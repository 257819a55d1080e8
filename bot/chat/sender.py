"""Sending announcements through discord.py's own HTTP client, without four of its habits.

Read in discord.py 2.7.1 (`discord/http.py`) and held by tests against the version that is
installed, so that an upgrade which changes one fails there:

- `send()` makes a random nonce, so a message that is sent again after a restart is there twice.
  Here the outbox gives the nonce.
- On 429, 500, 502, 504 and 524 a request is repeated up to five times inside the client, asleep
  for up to 25 s and out of the outbox's turn, while 503, a reset connection and a time-out are not
  repeated. Here aiohttp's own `raise_for_status` hands each bad answer over at once, so that one
  rule, the outbox's, holds for all of them; and codes are read whatever the content type says.
- There is no limit on all requests together before the first global 429. The outbox paces.
- Each new channel makes it walk through all its rate limit buckets, which it keeps for five
  minutes: 0.4 ms a send at 2,000 channels, 4 ms at 12,000. `sweep_seldom` lets it do so twice a
  minute.
"""

import datetime as dt
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.chat.permissions import may_read_history, missing_to_post
from bot.chat.render.announcement import (
    NewsMessage,
    message_of,
    notice_text,
    pinging,
    with_roles,
)
from bot.chat.views.announcement import news_view
from bot.domain.announcements import Lane, reference
from bot.domain.deliveries import Announcement, Delivery
from bot.services.announcements.sending import (
    Answer,
    Done,
    Notice,
    Page,
    Reading,
    Refused,
    Unknown,
    Unreadable,
)
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.client import CasebookClient

_log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=15.0)
_SWEEP_EVERY = 30.0
_PAGE = 100
_KEPT = 64
"""Rendered announcements; the outbox rarely sends more at once."""
_BAD = 400
_TOO_MANY = 429
_SERVER_ERROR = 500

_MISSING_ACCESS = 50001
_MISSING_PERMISSION = 50013
_LOCKED = 160005


def sweep_seldom(http: HTTPClient, seconds: Callable[[], float] = time.monotonic) -> None:
    """Let a client look for rate limit buckets to forget twice a minute, not at each new one.

    Args:
        http: the client.
        seconds: the time.
    """
    sweep = http._try_clear_expired_ratelimits  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    last = seconds()

    def sweep_now_and_then() -> None:
        nonlocal last
        now = seconds()
        if now - last >= _SWEEP_EVERY:
            last = now
            sweep()

    http._try_clear_expired_ratelimits = sweep_now_and_then  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


class _BadAnswerError(Exception):
    """An answer that discord.py must not deal with itself."""

    def __init__(self, answer: Refused | Unknown) -> None:
        self.answer = answer
        super().__init__(str(answer))


async def _hand_over(response: aiohttp.ClientResponse) -> None:
    """Aiohttp calls this with each answer before discord.py sees it."""
    if response.status < _BAD:
        return
    try:
        body: Any = await response.json(content_type=None)
    except (ValueError, aiohttp.ClientError):
        body = None
    raise _BadAnswerError(_read(response.status, response.headers, body))


def _read(status: int, headers: Any, body: Any) -> Refused | Unknown:
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    code = fields.get("code", 0)
    code = code if isinstance(code, int) else 0
    if status >= _SERVER_ERROR and not code:
        return Unknown(status)
    if status != _TOO_MANY:
        return Refused(status, code)
    # Only Discord's own 429 is JSON and came through its proxies (Discord: Rate Limits).
    own = bool(fields) and "Via" in headers
    return Refused(
        status,
        code,
        retry_after=_seconds(fields.get("retry_after", headers.get("Retry-After"))),
        everywhere=own and bool(fields.get("global")),
        blocked=not own,
        shared=headers.get("X-RateLimit-Scope") == "shared",
    )


def _seconds(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


class DiscordSender:
    """The outbox's way to Discord, on a client that is logged in."""

    def __init__(self, client: "CasebookClient", text: English) -> None:
        """Make a sender.

        Args:
            client: logged in.
            text: the language of announcements.
        """
        self._client = client
        self._text = text
        self._rendered: dict[tuple[int, int, Lane], dict[str, Any]] = {}
        sweep_seldom(client.http)

    # What the outbox asks

    def foresee(self, channel: int, guild: int) -> Refused | None:
        """The refusal that is certain from what the gateway told; `None` if Discord must be asked.

        Each request that Discord forbids counts towards the ban of the address.
        """
        place = self._place(channel, guild)
        if place is None:
            return None
        missing = missing_to_post(place)
        if "view_channel" in missing:
            return Refused(0, _MISSING_ACCESS)
        return Refused(0, _MISSING_PERMISSION) if missing else None

    async def post(
        self, channel: int, delivery: Delivery, announcement: Announcement, nonce: str
    ) -> Answer:
        """Post an announcement, pinging the delivery's roles and nobody else."""
        lane, roles = delivery.target.lane, delivery.roles
        return await self._create(channel, self._body(announcement, lane, roles), nonce)

    async def edit(
        self, channel: int, message: int, delivery: Delivery, announcement: Announcement
    ) -> Answer:
        """Bring a posted message to the announcement's version; an edit pings nobody."""
        body = self._body(announcement, delivery.target.lane, delivery.roles)
        route = Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel,
            message_id=message,
        )
        return await self._ask(route, json=body | {"allowed_mentions": pinging(())})

    async def look_for(
        self,
        channel: int,
        guild: int,
        number: int,
        after: dt.datetime | int,
        pace: Callable[[], Awaitable[None]],
    ) -> Reading:
        """Look through a hundred messages for one of ours with the announcement's reference.

        Where the bot may not read the history, Discord answers with an empty list and no error, so
        what the gateway told of its permissions decides. Where that is unknown (a server of
        another process, a thread that is not in the cache) and the channel shows no message at
        all, Discord is asked for them.
        """
        place = self._place(channel, guild)
        if place is not None and not may_read_history(place):
            return Unreadable()
        begin = discord.utils.time_snowflake(after) if isinstance(after, dt.datetime) else after
        found = await self._history(channel, after=begin, limit=_PAGE)
        if not isinstance(found, list):
            return found
        if not found and guild and place is None:
            readable = await self._is_readable(channel, guild, pace)
            if not isinstance(readable, bool):
                return readable
            return Page(None, None) if readable else Unreadable()
        own = [int(message["id"]) for message in found if self._is_of(message, number)]
        newest = max((int(message["id"]) for message in found), default=0)
        return Page(own[0] if own else None, newest if len(found) == _PAGE else None)

    async def _is_readable(
        self, channel: int, guild: int, pace: Callable[[], Awaitable[None]]
    ) -> "bool | Refused | Unknown":
        """Whether the bot may read the history of a channel that the gateway told nothing of."""
        await pace()
        any_message = await self._history(channel, limit=1)
        if not isinstance(any_message, list):
            return any_message
        if any_message:
            return True
        me = self._client.user
        try:
            await pace()
            server = await self._client.fetch_guild(guild, with_counts=False)
            await pace()
            member = await server.fetch_member(me.id if me else 0)
            await pace()
            place = await server.fetch_channel(channel)
            if isinstance(place, discord.Thread):  # its channel's permissions are its own
                await pace()
                place = await server.fetch_channel(place.parent_id)
        except discord.HTTPException as error:
            return Refused(error.status, error.code)
        except (aiohttp.ClientError, OSError):
            return Unknown()
        if isinstance(place, discord.Thread):
            return False
        mine = place.permissions_for(member)
        return mine.view_channel and mine.read_message_history

    async def open_conversation(self, person: int) -> Answer:
        """Open the direct message channel with somebody."""
        return await self._ask(Route("POST", "/users/@me/channels"), json={"recipient_id": person})

    async def unarchive(self, thread: int) -> Answer:
        """Bring an archived thread back, where the bot may; a locked one needs *Manage Threads*."""
        place = self._client.get_channel(thread)
        if isinstance(place, discord.Thread) and place.locked:
            mine = place.permissions_for(place.guild.me)
            if not mine.manage_threads:
                return Refused(0, _LOCKED)
        route = Route("PATCH", "/channels/{channel_id}", channel_id=thread)
        return await self._ask(route, json={"archived": False})

    async def tell_editors(
        self, guild: int, person: int, notice: Notice, pace: Callable[[], Awaitable[None]]
    ) -> bool:
        """Say it in the channel that Discord itself uses for moderators, else to who set it up.

        Where neither can be reached it is said in the channel for system messages.
        """
        updates, system = await self._channels_for_notices(guild, pace)
        body = {"content": notice_text(notice, self._text), "allowed_mentions": pinging(())}
        if await self._say_in(updates, body, pace):
            return True
        if person and await self._say_to(person, body, pace):
            return True
        return await self._say_in(system, body, pace)

    async def _channels_for_notices(
        self, guild: int, pace: Callable[[], Awaitable[None]]
    ) -> tuple[int, int]:
        """A server's channels for moderators and for system messages; 0 where there is none.

        Those in which the bot may not write are left out, as far as the gateway told of them.
        """
        server = self._client.get_guild(guild)
        if server is not None:
            places = (server.public_updates_channel, server.system_channel)
            updates, system = (
                0 if place is None or missing_to_post(place) else place.id for place in places
            )
            return updates, system
        if not guild:
            return 0, 0
        await pace()  # a server of another process
        answer = await self._request(Route("GET", "/guilds/{guild_id}", guild_id=guild))
        if isinstance(answer, Refused | Unknown):
            return 0, 0
        names = ("public_updates_channel_id", "system_channel_id")
        updates, system = (int(answer.get(name) or 0) for name in names)
        return updates, system

    async def sample(self, channel: int, message: NewsMessage, roles: Sequence[int]) -> Answer:
        """Post a sample, which names the roles and pings nobody."""
        body = self._body_of(message, Lane.CHANNEL)
        body["content"] = with_roles(message.content, roles)
        return await self._create(channel, body, None)

    async def _say_in(
        self, channel: int, body: dict[str, Any], pace: Callable[[], Awaitable[None]]
    ) -> bool:
        if not channel:
            return False
        await pace()
        return isinstance(await self._create(channel, body, None), Done)

    async def _say_to(
        self, person: int, body: dict[str, Any], pace: Callable[[], Awaitable[None]]
    ) -> bool:
        await pace()
        opened = await self.open_conversation(person)
        if not isinstance(opened, Done):
            return False
        await pace()
        return isinstance(await self._create(opened.id, body, None), Done)

    # Bodies

    def _body(self, announcement: Announcement, lane: Lane, roles: Sequence[int]) -> dict[str, Any]:
        key = (announcement.number, announcement.version, lane)
        rendered = self._rendered.get(key)
        if rendered is None:
            if len(self._rendered) >= _KEPT:
                self._rendered.clear()
            rendered = self._body_of(message_of(announcement, self._text), lane)
            self._rendered[key] = rendered
        return _for_roles(rendered, () if announcement.is_withdrawn else roles)

    def _body_of(self, message: NewsMessage, lane: Lane) -> dict[str, Any]:
        return {
            "content": message.content,
            "embeds": [message.embed.to_dict()],
            "components": news_view(message, lane, self._text).to_components(),
            "allowed_mentions": pinging(()),
        }

    # Requests

    async def _create(self, channel: int, body: dict[str, Any], nonce: str | None) -> Answer:
        if nonce is not None:
            body = body | {"nonce": nonce, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return await self._ask(route, json=body)

    async def _history(
        self, channel: int, *, limit: int, after: int | None = None
    ) -> "list[dict[str, Any]] | Refused | Unknown":
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
        query = {"limit": limit} | ({} if after is None else {"after": after})
        answer = await self._request(route, params=query)
        if isinstance(answer, Refused | Unknown):
            return answer
        return cast("list[dict[str, Any]]", answer)

    async def _ask(self, route: Route, **fields: Any) -> Answer:
        answer = await self._request(route, **fields)
        if isinstance(answer, Refused | Unknown):
            return answer
        return Done(int(answer["id"]))

    async def _request(self, route: Route, **fields: Any) -> Any:
        """The answer's JSON, or what became of the request instead."""
        try:
            answer = await self._client.http.request(
                route, raise_for_status=_hand_over, timeout=_TIMEOUT, **fields
            )
            # discord.py gives text where a proxy has added a charset to the content type.
            return json.loads(answer) if isinstance(answer, str) else answer
        except ValueError:
            return Unknown()
        except _BadAnswerError as bad:
            return bad.answer
        except discord.HTTPException as error:
            return Refused(error.status, error.code)
        except aiohttp.ClientConnectorError:
            return Refused(503)  # there was no connection on which anything could be sent
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError too
            _log.info("No answer to %s %s: %r", route.method, route.path, error)
            return Unknown()

    # What is known without asking

    def _place(
        self, channel: int, guild: int
    ) -> "discord.abc.GuildChannel | discord.Thread | None":
        """The channel with the bot's permissions in it, if the gateway told of it."""
        server = self._client.get_guild(guild) if guild else None
        if server is None or server.unavailable or server.me is None:  # pyright: ignore[reportUnnecessaryComparison]
            return None
        return server.get_channel_or_thread(channel)

    def _is_of(self, message: dict[str, Any], number: int) -> bool:
        """Whether a message is the bot's own and bears the reference of an announcement."""
        me = self._client.user
        if me is None or int(message["author"]["id"]) != me.id:
            return False
        name = reference(number)
        footers = [embed.get("footer", {}).get("text", "") for embed in message["embeds"]]
        return message["content"].endswith(f" · {name}") or any(
            footer.splitlines()[-1].startswith(f"{name} · ") for footer in footers if footer
        )


def _for_roles(body: dict[str, Any], roles: Sequence[int]) -> dict[str, Any]:
    if not roles:
        return body
    content = with_roles(body["content"], roles)
    return body | {"content": content, "allowed_mentions": pinging(roles)}
