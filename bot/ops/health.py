"""The port that tells how the bot is: `/healthz`, `/readyz` and `/metrics`.

It binds to loopback unless told otherwise, and is meant for the owner's own machines: it tells no
secret, but it has no password either.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from bot.domain.health import Check, alive, checks
from bot.ops.loop_watch import INTERVAL
from bot.ops.metrics import registry_of
from bot.ops.rounds import Duty, Rounds
from bot.ops.watched import Watched

_OK, _UNAVAILABLE = 200, 503


class PortError(Exception):
    """The port cannot be used; the message says why."""


@asynccontextmanager
async def health_port(watched: Watched, host: str, port: int) -> AsyncGenerator[int]:
    """Tell how the bot is while the block is open; gives the port, for a `port` of 0.

    Args:
        watched: the bot.
        host: the address to listen at.
        port: where; 0: any free one.

    Raises:
        PortError: if the port cannot be used.
    """
    runner = web.AppRunner(_app(watched), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as failure:
            raise PortError(failure.strerror or str(failure)) from failure
        async with Rounds([Duty("Watching the event loop", INTERVAL, watched.loop.look)]):
            yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
        await watched.reading.close()


def _app(watched: Watched) -> web.Application:
    registry = registry_of(watched)

    async def healthz(request: web.Request) -> web.Response:
        del request
        return _answer([alive(watched.vitals())])

    async def readyz(request: web.Request) -> web.Response:
        del request
        await watched.refresh()
        return _answer(checks(watched.vitals()))

    async def metrics(request: web.Request) -> web.Response:
        del request
        await watched.refresh()
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}
        )

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


def _answer(found: Iterable[Check]) -> web.Response:
    told = [{"name": each.name, "fine": each.fine, "says": each.says} for each in found]
    fine = all(each["fine"] for each in told)
    return web.json_response(
        {"fine": fine, "checks": told},
        status=_OK if fine else _UNAVAILABLE,
        headers={"Cache-Control": "no-store"},
    )
