"""What this installation remembers about itself."""

from bot.storage import Database, meta

_COMMANDS = "command_fingerprint"


class Installation:
    """Facts that outlive a restart and belong to no case and no server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def command_fingerprint(self) -> str | None:
        """The fingerprint of the commands that Discord was sent last; `None` before the first."""
        async with self._database.read() as tx:
            return await meta.get(tx, _COMMANDS)

    async def remember_command_fingerprint(self, fingerprint: str) -> None:
        """Note which commands Discord has now."""
        async with self._database.write() as tx:
            await meta.put(tx, _COMMANDS, fingerprint)
