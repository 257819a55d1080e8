"""Habits of the installed discord.py that the sender cures: an upgrade that changes one shows here.

Where a test of a habit fails, read that part of discord.py again: the cure may be needless, or may
no longer reach what it cures.
"""

import asyncio
import time

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.http import HTTPClient, Route

from bot.chat.sender import DiscordSender, sweep_seldom
from bot.services.announcements.sending import Done, Refused, Unknown
from bot.text import text_for


def new_http():
    return HTTPClient(asyncio.get_running_loop())


class Server:
    """Answers each request with the next answer: status, headers, body; `None` cuts the line."""

    def __init__(self):
        self.answers = []
        self.seen = []
        self.held = None

    async def handle(self, request):
        self.seen.append((request.method, request.path, await request.text()))
        if self.held is not None:
            await self.held.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            request.transport.abort()
            return web.Response()
        status, headers, body = answer
        kind = {"Content-Type": "application/json"}
        return web.Response(status=status, headers=kind | headers, body=body.encode())


@pytest.fixture
async def server():
    made = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def http(server, monkeypatch):
    """discord.py's own client, logged in at the server."""
    monkeypatch.setattr(Route, "BASE", server.address)
    made = new_http()
    server.answers = [(200, {}, '{"id": "1", "username": "bot"}')]
    await made.static_login("token")
    server.seen.clear()
    yield made
    await made.close()


@pytest.fixture
def sender(http):
    class Client:
        def __init__(self):
            self.http = http

    return DiscordSender(Client(), text_for("en-GB"))


async def ask(sender):
    return await sender._create(7, {"content": "x"}, "NONCE")


async def test_habit_a_nonce_is_random(monkeypatch):
    client = discord.Client(intents=discord.Intents.none())
    bodies = []

    class SentError(Exception):
        pass

    async def request(route, **fields):
        bodies.append(fields["json"])
        raise SentError

    monkeypatch.setattr(client.http, "request", request)
    for _ in range(2):
        with pytest.raises(SentError):
            await client.get_partial_messageable(7).send("x")
    first, second = bodies
    assert first["enforce_nonce"] is True, "send() no longer makes a nonce"
    assert first["nonce"] != second["nonce"]


async def test_cure_the_nonce_is_the_one_that_was_given(sender, server):
    server.answers = [(200, {}, '{"id": "5"}')]
    assert await ask(sender) == Done(5)
    assert '"nonce":"NONCE","enforce_nonce":true' in server.seen[0][2].replace(" ", "")


async def test_habit_each_new_bucket_sweeps_all():
    http = new_http()
    calls = 0

    def count():
        nonlocal calls
        calls += 1

    http._try_clear_expired_ratelimits = count
    for number in range(300):
        http.get_ratelimit(f"key:{number}")
    assert calls == 300, "new buckets no longer sweep, or do so under another name"


async def test_cure_buckets_are_swept_twice_a_minute():
    http = new_http()
    now = 0.0
    sweep_seldom(http, lambda: now)
    for number in range(1000):
        http.get_ratelimit(f"key:{number}")
    for bucket in http._buckets.values():
        bucket._last_request -= 301
    http.get_ratelimit("before")
    assert len(http._buckets) == 1001
    now = 31.0
    http.get_ratelimit("after")
    assert set(http._buckets) == {"before", "after"}


async def test_cure_a_send_costs_the_same_among_many_channels():
    def cost(http, channels):
        for number in range(channels):
            http._buckets[f"old:{number}"] = discord.http.Ratelimit(None)
        begin = time.process_time()
        for number in range(200):
            http.get_ratelimit(f"new:{number}")
        return time.process_time() - begin

    plain, cured = new_http(), new_http()
    sweep_seldom(cured)
    assert cost(cured, 12_000) < cost(plain, 12_000) / 20


async def test_habit_a_500_is_repeated_inside_the_client(http, server, monkeypatch):
    async def no_sleep(seconds):
        pass

    monkeypatch.setattr("discord.http.asyncio.sleep", no_sleep)
    server.answers = [(500, {}, "{}")]
    with pytest.raises(discord.DiscordServerError):
        await http.request(Route("GET", "/users/@me"))
    assert len(server.seen) == 5, "discord.py no longer repeats five times"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((500, {}, "{}"), Unknown(500)),
        ((502, {"Content-Type": "text/html"}, "<html>"), Unknown(502)),
        ((503, {}, ""), Unknown(503)),
        ((503, {}, '{"code": 130000}'), Refused(503, 130000)),
        (None, Unknown()),
        ((403, {}, '{"code": 50013}'), Refused(403, 50013)),
        (
            (403, {"Content-Type": "application/json; charset=utf-8"}, '{"code": 50001}'),
            Refused(403, 50001),
        ),
        ((400, {}, '{"code": 50035, "errors": {}}'), Refused(400, 50035)),
        ((404, {}, "not json"), Refused(404, 0)),
        (
            (429, {"Via": "1.1 google"}, '{"retry_after": 1.5, "global": false}'),
            Refused(429, 0, retry_after=1.5),
        ),
        (
            (429, {"Via": "1.1 google"}, '{"retry_after": 1.5, "global": true}'),
            Refused(429, 0, retry_after=1.5, everywhere=True),
        ),
        (
            (429, {"Via": "x", "X-RateLimit-Scope": "shared"}, '{"retry_after": 2}'),
            Refused(429, 0, retry_after=2.0, shared=True),
        ),
        (
            (429, {"Retry-After": "60"}, "error code: 1015"),
            Refused(429, 0, retry_after=60.0, blocked=True),
        ),
        ((401, {}, '{"code": 0}'), Refused(401, 0)),
    ],
)
async def test_cure_each_bad_answer_is_handed_over_at_once(sender, server, answer, expected):
    server.answers = [answer]
    async with asyncio.timeout(5):
        assert await ask(sender) == expected
    assert len(server.seen) == 1


async def test_a_time_out_says_that_nothing_is_known(sender, server, monkeypatch):
    monkeypatch.setattr("bot.chat.sender._TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    server.held = asyncio.Event()
    server.answers = [(200, {}, '{"id": "5"}')]
    assert await ask(sender) == Unknown()
    server.held.set()


async def test_no_connection_is_no_doubt(sender, monkeypatch):
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:1")
    assert await ask(sender) == Refused(503)
