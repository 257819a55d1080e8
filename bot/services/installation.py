"""What this installation remembers about itself, and what its processes take turns at."""

from contextlib import AbstractAsyncContextManager

from bot.services.identifying import IdentifyTurns
from bot.storage import Database, meta

_COMMANDS = "command_fingerprint"
_SYNC = 0xCA5E5C0D


class Installation:
    """Facts that outlive a restart and belong to no case and no server.

    Attributes:
        turns: to identify.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.turns = IdentifyTurns(database)

    def syncing(self) -> AbstractAsyncContextManager[None]:
        """A block in which no other process sends the commands to Discord."""
        return self._database.in_turn(_SYNC)

    async def command_fingerprint(self) -> str | None:
        """The fingerprint of the commands that Discord was sent last; `None` before the first."""
        async with self._database.read() as tx:
            return await meta.get(tx, _COMMANDS)

    async def remember_command_fingerprint(self, fingerprint: str) -> None:
        """Note which commands Discord has now."""
        async with self._database.write() as tx:
            await meta.put(tx, _COMMANDS, fingerprint)
