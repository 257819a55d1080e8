"""Cases that editors are offered while they type."""

import logging
from collections.abc import Awaitable, Callable

from discord import app_commands

from bot.chat.cases import as_choice
from bot.chat.curation.actor import actor_of
from bot.chat.interactions import Interaction
from bot.domain.permissions import Actor
from bot.services.curation.choices import Choices
from bot.services.lookup import CaseLine

_log = logging.getLogger(__name__)


class CaseSuggestions:
    """Autocompletes; who is no editor is offered nothing."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    async def writable(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Cases that the person may edit."""
        return await _offer(self._choices.writable, interaction, typed)

    async def removed(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Cases that the person may bring back."""
        return await _offer(self._choices.removed, interaction, typed)

    async def known(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Both of these."""
        return await _offer(self._choices.known, interaction, typed)

    async def public(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Public cases that the server shows."""
        return await _offer(self._choices.public, interaction, typed)


async def _offer(
    find: Callable[[Actor, str], Awaitable[list[CaseLine]]], interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    try:
        lines = await find(actor_of(interaction), typed)
    except Exception:  # noqa: BLE001 - discord.py drops it and leaves the person waiting
        _log.exception("Suggesting cases failed")
        return []
    return [as_choice(line) for line in lines]
