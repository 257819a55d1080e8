"""When a shard may identify: Discord counts all processes of a bot together."""

import asyncio
import logging

from bot.storage import Database, StorageError

_log = logging.getLogger(__name__)

SECONDS = 5.0
"""Between two identifies of a bot (Discord: Gateway, "Rate Limiting", `max_concurrency` 1)."""
_DUTY = 0xCA5E1DE7


class IdentifyTurns:
    """Gives turns to identify, one in the whole installation in five seconds.

    Who has a turn holds a lock of the database for those five seconds, so processes need not agree
    on the time. While the database is away each process waits by itself: a bot that has lost its
    session comes back without the database too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: set[asyncio.Task[None]] = set()

    async def take(self, *, first: bool) -> None:
        """Wait for a turn.

        Args:
            first: whether this process identifies for the first time; then it need not wait for
                itself.
        """
        if not self._database.shared:
            if not first:
                await asyncio.sleep(SECONDS)
            return
        begun = asyncio.Event()
        turn = asyncio.create_task(self._have_turn(begun), name="identify-turn")
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        try:
            await begun.wait()
        except asyncio.CancelledError:
            turn.cancel()
            raise

    async def close(self) -> None:
        """Give up the turns that have not ended."""
        turns = [*self._turns]
        for turn in turns:
            turn.cancel()
        await asyncio.gather(*turns, return_exceptions=True)

    async def _have_turn(self, begun: asyncio.Event) -> None:
        try:
            async with self._database.in_turn(_DUTY):
                begun.set()
                await asyncio.sleep(SECONDS)
        except StorageError as failure:
            if not begun.is_set():
                _log.warning("Identifying without the other processes' knowledge: %s", failure)
                await asyncio.sleep(SECONDS)
                begun.set()
