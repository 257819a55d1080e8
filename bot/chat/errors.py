"""One place where every error of an interaction ends: a sentence for the person, a log entry."""

import logging
import math
import secrets

import discord
from discord import app_commands

from bot.chat.curation.errors import explain
from bot.chat.interactions import Interaction, own_text
from bot.services.failures import StorageError
from bot.text import English

_log = logging.getLogger(__name__)

_REFERENCE_BYTES = 4
_TOO_LATE = frozenset({10062, 10015})
"""Unknown interaction, unknown webhook: the 3 s or the 15 min are over (Discord: JSON codes)."""
_ALREADY_ANSWERED = 40060


class ErrorReporter:
    """Tells the person what went wrong, in one private sentence, and the log the rest.

    Attributes:
        failures: how many of them the person could not mend.
    """

    def __init__(self) -> None:
        self.failures = 0

    async def report(self, interaction: Interaction, error: Exception) -> None:
        """Answer an interaction whose handler raised.

        A failure that the person cannot mend gets a reference, which stands in the log beside the
        traceback. Never raises.
        """
        if isinstance(error, app_commands.CommandInvokeError):
            error = error.original
        if isinstance(error, discord.HTTPException) and error.code in _TOO_LATE:
            _log.warning("Answered too late: %s", _what(interaction))
            return
        text = own_text(interaction)
        if isinstance(error, StorageError):
            _log.warning("%s failed: %s", _what(interaction), error)
        sentence = _explain(error, text)
        if sentence is None:
            self.failures += 1
            reference = secrets.token_hex(_REFERENCE_BYTES)
            _log.error("Reference %s: %s failed", reference, _what(interaction), exc_info=error)
            sentence = text.failed(reference)
        await _tell(interaction, sentence)


def _explain(error: Exception, text: English) -> str | None:
    """The sentence for an error that is no failure of ours."""
    match error:
        case app_commands.CommandOnCooldown():
            return text.cooldown(math.ceil(error.retry_after))
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return text.outdated_command
        case app_commands.CheckFailure():
            return text.not_allowed
        case StorageError():
            return text.records_away
        case _:
            return explain(error, text)


async def _tell(interaction: Interaction, sentence: str) -> None:
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as error:
        if error.code == _ALREADY_ANSWERED or error.code in _TOO_LATE:
            _log.warning("Could not report an error: %s", _what(interaction))
        else:
            _log.exception("Could not report an error: %s", _what(interaction))


def _what(interaction: Interaction) -> str:
    """Which command or component it was, without anything that the person typed."""
    if isinstance(interaction.command, app_commands.Command):
        return f"/{interaction.command.qualified_name}"
    data = interaction.data or {}
    return f"component {data.get('custom_id', '?')}"
