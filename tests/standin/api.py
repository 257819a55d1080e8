"""The way of a REST request: who asks, how often, what goes wrong, then what it does."""

import asyncio
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from aiohttp import BodyPartReader, web

from tests.standin.faults import Fault
from tests.standin.hub import Hub, Request
from tests.standin.rates import cloudflare, too_many
from tests.standin.rules import Rate
from tests.standin.wire import NOT_FOUND, UNAUTHORISED, DiscordError, dumps, loads
from tests.standin.world import Json

_JSON = "application/json"
_MAJOR = ("channel_id", "guild_id", "interaction_token", "webhook_token")
_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(slots=True)
class Call:
    """One request, read.

    Attributes:
        ids: the numbers in the path, by name.
        token: of an interaction, where the path has one.
        query: the part after the question mark.
        body: the JSON, or the `payload_json` of a form.
        files: uploaded, by their number.
    """

    ids: dict[str, int]
    token: str
    query: dict[str, str]
    body: Any = None
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def object(self) -> Json:
        """The body as an object.

        Raises:
            DiscordError: 50109 if it is none.
        """
        if not isinstance(self.body, dict):
            raise DiscordError.of(50109)
        return self.body


Handler = Callable[[Hub, Call], Any]
"""Takes a call and gives JSON, `None` for 204, or bytes that are JSON already."""


class _CutError(Exception):
    """The connection is to be reset."""


class Api:
    """Registers routes under /api/v10 and walks each request through the rules."""

    def __init__(self, hub: Hub, app: web.Application) -> None:
        self._hub = hub
        self._app = app

    def add_rest(self) -> None:
        """Answer 404 to every other path, and note it. To be called last."""
        self._app.router.add_route("*", "/api/{rest:.*}", self._unknown)

    def route(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        rate: Rate | None = None,
        of_bot: bool = True,
    ) -> None:
        """Register a route.

        Args:
            method: `GET` and so on.
            path: with the names that Discord's OpenAPI document uses.
            handler: what it does.
            rate: of its bucket; `None`: it has none.
            of_bot: whether it needs the bot's token, and counts against the global limit.
        """
        name = f"{method} {path}"

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, name, path, handler, rate, of_bot=of_bot)

        self._app.router.add_route(method, f"/api/v10{path}", answer)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {request.path}"
        self._hub.log.unknown.append(name)
        error = DiscordError(*NOT_FOUND)
        return self._finish(request, time.monotonic(), name, None, error, {})

    async def _answer(
        self,
        request: web.Request,
        name: str,
        path: str,
        handler: Handler,
        rate: Rate | None,
        *,
        of_bot: bool,
    ) -> web.StreamResponse:
        hub, started = self._hub, time.monotonic()
        headers: dict[str, str] = {}
        call: Call | None = None
        try:
            call = await _read(request)
            fault = hub.faults.choose(name)
            self._admit(request, name, call, rate, headers, of_bot=of_bot)
            self._refuse(fault)
            if hub.rules.latency:
                await asyncio.sleep(hub.rules.latency)
            self._hold_against_document(request.method, path, call)
            channel = hub.world.channels.get(call.ids.get("channel_id", 0))
            if channel is not None and channel.delay:
                await asyncio.sleep(channel.delay)
            await self._fail(fault, after=False)
            result = handler(hub, call)
            if isinstance(result, Awaitable):
                result = await result
            await self._fail(fault, after=True)
        except DiscordError as error:
            return self._finish(request, started, name, call, error, headers)
        except _CutError:
            self._record(request, started, name, call, 0, 0)
            reset(request)
            return web.Response(status=500)
        return self._finish(request, started, name, call, result, headers)

    def _admit(
        self,
        request: web.Request,
        name: str,
        call: Call,
        rate: Rate | None,
        headers: dict[str, str],
        *,
        of_bot: bool,
    ) -> None:
        rates = self._hub.rates
        if rates.invalid.banned:
            raise cloudflare()
        if of_bot:
            given = request.headers.get("Authorization")
            if given != f"Bot {self._hub.rules.token}" or self._hub.gateway.token_refused:
                raise DiscordError(*UNAUTHORISED)
            rates.admit_globally()
        if rate is not None:
            major = call.token or next((call.ids[n] for n in _MAJOR if n in call.ids), 0)
            headers.update(rates.buckets.take(name, major, rate))

    def _refuse(self, fault: Fault | None) -> None:
        seconds = self._hub.faults.retry_after
        if fault is Fault.LIMITED:
            raise too_many(seconds, "user")
        if fault is Fault.LIMITED_GLOBALLY:
            raise too_many(seconds, "global")
        if fault is Fault.BLOCKED:
            raise DiscordError.of(40333)
        if fault is Fault.CLOUDFLARE:
            raise cloudflare()
        if fault is Fault.ERROR_503:
            raise DiscordError(503, "upstream connect error", {"Content-Type": "text/plain"})

    async def _fail(self, fault: Fault | None, *, after: bool) -> None:
        if fault is None or fault.is_after != after:
            return
        match fault:
            case Fault.ERROR_500_BEFORE | Fault.ERROR_500_AFTER:
                raise DiscordError(500, {"message": "500: Internal Server Error", "code": 0})
            case Fault.ERROR_502_AFTER:
                raise DiscordError(
                    502, "<html>502 Bad Gateway</html>", {"Content-Type": "text/html"}
                )
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                await asyncio.sleep(self._hub.faults.hold)
                raise _CutError
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                raise _CutError

    def _hold_against_document(self, method: str, path: str, call: Call) -> None:
        document = self._hub.openapi
        if document is None or call.body is None:
            return
        problems = document.problems(method, path, call.body)
        if problems:
            violation = {"route": f"{method} {path}", "problems": problems, "body": call.body}
            self._hub.log.violations.append(violation)
            listed = [{"code": "OPENAPI", "message": problem} for problem in problems]
            raise DiscordError.of(50035, {"openapi": {"_errors": listed}})

    def _finish(
        self,
        request: web.Request,
        started: float,
        name: str,
        call: Call | None,
        result: Any,
        headers: dict[str, str],
    ) -> web.StreamResponse:
        if isinstance(result, DiscordError):
            headers = {**headers, **result.headers}
            code = result.code
            status, body = result.status, result.body
            written = body.encode() if isinstance(body, str) else dumps(body)
            headers.setdefault("Content-Type", _JSON)
            if code == 50035 and isinstance(body, dict):
                self._note_violation(name, call, body)
        else:
            code, status = 0, 204 if result is None else 200
            headers = {**headers, "Content-Type": _JSON}
            written = result if isinstance(result, bytes) else dumps(result)
        self._record(request, started, name, call, status, code, headers)
        if ahead := self._hub.rules.clock_ahead:
            headers["Date"] = formatdate(time.time() + ahead, usegmt=True)
        if status == 204:
            headers.pop("Content-Type")
            return web.Response(status=204, headers=headers)
        return web.Response(status=status, body=written, headers=headers)

    def _note_violation(self, name: str, call: Call | None, answer: Json) -> None:
        errors = answer.get("errors", {})
        if "openapi" not in errors:  # noted where they were found
            violation = {"route": name, "problems": [errors], "body": call.body if call else None}
            self._hub.log.violations.append(violation)

    def _record(
        self,
        request: web.Request,
        started: float,
        name: str,
        call: Call | None,
        status: int,
        code: int,
        headers: dict[str, str] | None = None,
    ) -> None:
        log = self._hub.log
        log.statuses[status] += 1
        log.by_route[name] += 1
        self._hub.gateway.pulse.beat()
        if (headers or {}).get("X-RateLimit-Scope") != "shared":
            self._hub.rates.invalid.count(status)
        now = time.monotonic()
        body = call.body if call else None
        method, _, route = name.partition(" ")
        milliseconds = (now - started) * 1000
        at = started - log.started
        log.requests.append(
            Request(at, method, route, request.path, body, status, code, milliseconds)
        )


async def _read(request: web.Request) -> Call:
    ids: dict[str, int] = {}
    token = ""
    for name, value in request.match_info.items():
        if name.endswith("_token"):
            token = value
        elif value.isdigit():
            ids[name] = int(value)
    call = Call(ids, token, dict(request.query))
    if not request.can_read_body:
        return call
    if request.content_type == "multipart/form-data":
        await _read_form(request, call)
        return call
    text = await request.read()
    if text:
        try:
            call.body = loads(text)
        except ValueError:
            raise DiscordError.of(50109) from None
    return call


async def _read_form(request: web.Request, call: Call) -> None:
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise DiscordError.of(50109)
        content = bytes(await part.read())
        if part.name == "payload_json":
            call.body = loads(content)
        elif match := _FILE.fullmatch(part.name or ""):
            call.files[int(match[1])] = (part.filename or "file", content)


def reset(request: web.Request) -> None:
    """Cut the line so that the client sees a reset, not an end."""
    transport = request.transport
    if transport is None:
        return
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
