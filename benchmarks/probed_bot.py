"""`casebook run` with a probe: how late the event loop is at worst, printed at the end."""

import asyncio
import sys
import time
from contextlib import suppress

import bot.app
from bot.settings import load_settings

_EVERY = 0.005


async def _probe(worst: list[float]) -> None:
    while True:
        begin = time.perf_counter()
        await asyncio.sleep(_EVERY)
        worst[0] = max(worst[0], time.perf_counter() - begin - _EVERY)


async def _main() -> None:
    worst = [0.0]
    serving = asyncio.create_task(bot.app.serve(load_settings(needs_token=True), print))
    # Connecting and taking in thousands of servers is no announcing: the probe starts later.
    await asyncio.sleep(float(sys.argv[1]))
    probe = asyncio.create_task(_probe(worst))
    await serving
    probe.cancel()
    with suppress(asyncio.CancelledError):
        await probe
    print(f"PROBE {worst[0] * 1000:.1f}", flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
