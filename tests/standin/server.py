"""The web server: REST, gateway, attachments and the control side on one port of loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.standin.api import Api, reset
from tests.standin.hub import Hub
from tests.standin.operations import Operations
from tests.standin.routes import add_all
from tests.standin.rules import Rules

_BODY_LIMIT = 64 * 1024 * 1024


def build(hub: Hub) -> web.Application:
    """The application around a hub."""

    @web.middleware
    async def network(request: web.Request, handler: Handler) -> web.StreamResponse:
        if hub.cut and not request.path.startswith("/control/"):
            reset(request)
            return web.Response(status=500)  # nobody gets it
        return await handler(request)

    app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[network])
    Operations(hub).add_to(app)
    app.router.add_get("/gateway", hub.gateway.serve)
    app.router.add_get("/gateway/", hub.gateway.serve)

    async def attachment(request: web.Request) -> web.Response:
        found = hub.world.attachments.get(int(request.match_info["id"]))
        return web.Response(body=found[1]) if found else web.Response(status=404)

    app.router.add_get("/attachments/{channel}/{id}/{filename}", attachment)
    api = Api(hub, app)
    add_all(api, hub.rules)
    api.add_rest()
    return app


async def serve(
    rules: Rules, port: int, ready: Callable[[str], None], *, until_eof: bool = False
) -> None:
    """Listen until SIGTERM or SIGINT.

    Args:
        rules: what this Discord keeps.
        port: 0: any free one.
        ready: is told the address once it listens.
        until_eof: stop at the end of standard input too, so that it never outlives its test.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), _ended, stop)
    hub = Hub(rules)
    runner = web.AppRunner(build(hub), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    bound = runner.addresses[0][1]
    hub.address = f"http://127.0.0.1:{bound}"
    hub.gateway.address = f"ws://127.0.0.1:{bound}/gateway/"
    ready(hub.address)
    await stop.wait()
    await hub.gateway.drop(code=1001, invalidate=True)
    await runner.cleanup()


def _ended(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        stop.set()
