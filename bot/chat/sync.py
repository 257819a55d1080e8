"""Telling Discord which commands there are, only when they have changed."""

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.services.installation import Installation

if TYPE_CHECKING:
    from bot.chat.client import CasebookClient

_log = logging.getLogger(__name__)


def payload_of(tree: "app_commands.CommandTree[CasebookClient]") -> list[dict[str, Any]]:
    """The commands as they are sent to Discord."""
    return [command.to_dict(tree) for command in tree.get_commands()]


class CommandSync:
    """Registers the command tree with Discord.

    Discord limits how many commands may be created in a day, so a start with the commands of the
    last one sends nothing. What was sent is remembered as a fingerprint for each application, and
    of several processes that start together one sends.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def sync(self, tree: "app_commands.CommandTree[CasebookClient]") -> Sequence[str] | None:
        """Send the commands if they differ from those sent last.

        Returns:
            The names sent, or `None` if Discord has them already.
        """
        application_id = tree.client.application_id
        written = json.dumps([application_id, payload_of(tree)], sort_keys=True)
        fingerprint = hashlib.sha256(written.encode()).hexdigest()
        async with self._installation.syncing():
            if await self._installation.command_fingerprint() == fingerprint:
                _log.info("Discord has the current commands already")
                return None
            synced = [f"/{command.name}" for command in await tree.sync()]
            await self._installation.remember_command_fingerprint(fingerprint)
        _log.info("Sent the commands to Discord: %s", ", ".join(synced))
        return synced
