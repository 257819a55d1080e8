"""Deletes a server's data, and kills its own process at a statement or commit on the way.

`python -m tests.services.forgetting_server URL GUILD NUMBER`
"""

import asyncio
import os
import signal
import sys

import sqlalchemy as sa

from bot.services.catalogue import Catalogue
from bot.services.curation.ledger import Ledger
from bot.services.departures import Departures
from bot.storage import Database


async def main(url: str, guild: int, number: int) -> None:
    database = await Database.open(url)
    ledger = Ledger(database, await Catalogue.load(database))
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(database._writer, moment, count)
    await Departures(database, ledger).forget(guild)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
