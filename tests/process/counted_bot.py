"""`casebook run` that also prints, each second, how many tasks its event loop has."""

import asyncio
from contextlib import suppress

import bot.app
from bot.settings import load_settings


async def _count() -> None:
    while True:
        await asyncio.sleep(1.0)
        print(f"TASKS {len(asyncio.all_tasks())}", flush=True)


async def _main() -> None:
    counting = asyncio.create_task(_count())
    await bot.app.serve(load_settings(needs_token=True), print)
    counting.cancel()
    with suppress(asyncio.CancelledError):
        await counting


if __name__ == "__main__":
    asyncio.run(_main())
