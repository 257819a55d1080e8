"""`casebook run` with a probe: how late the event loop is at worst, printed at SIGUSR1.

A loop is late because it works, or because the machine gives it no core. So beside the lateness the
probe looks at the processor time that the loop's thread spent meanwhile.
"""

import asyncio
import signal
import sys
import time

import bot.app
from bot.settings import load_settings

_EVERY = 0.01


async def _probe(worst: list[float]) -> None:
    """Keep the longest stall, and the longest that the loop itself worked for."""
    while True:
        begin, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(_EVERY)
        worst[0] = max(worst[0], time.perf_counter() - begin - _EVERY)
        worst[1] = max(worst[1], time.thread_time() - worked)


async def _main() -> None:
    worst = [0.0, 0.0]
    serving = asyncio.create_task(bot.app.serve(load_settings(needs_token=True), print))
    # Connecting and taking in thousands of servers is no announcing: the probe starts later, and
    # whoever measures says when it ends.
    await asyncio.sleep(float(sys.argv[1]))
    probe = asyncio.create_task(_probe(worst))

    def tell() -> None:
        probe.cancel()
        print(f"PROBE {worst[0] * 1000:.1f} {worst[1] * 1000:.1f}", flush=True)

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
    await serving


if __name__ == "__main__":
    asyncio.run(_main())
