"""The slash commands that everybody has. A callback parses, calls and renders; nothing else."""

from typing import Any

from discord import app_commands

from bot.chat.cases import CaseReplies
from bot.chat.cooldown import Cooldown
from bot.chat.help import HelpReply
from bot.chat.interactions import Interaction
from bot.text import English

_LOOKUPS, _LOOKUPS_PER = 10, 20.0
"""A person who reads never reaches ten lookups in 20 s; a script or a bored finger does."""


def everybodys_commands(
    cases: CaseReplies, help_reply: HelpReply, text: English
) -> list[app_commands.Command[Any, ..., None]]:
    """`/case` and `/help`, as they are registered with Discord.

    Args:
        cases: answers about cases.
        help_reply: answers /help.
        text: the sentences for Discord's command picker.
    """

    @app_commands.command(name="case", description=text.case_command)
    @app_commands.describe(query=text.case_query, private=text.case_private)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.check(Cooldown(_LOOKUPS, _LOOKUPS_PER))
    async def case(interaction: Interaction, query: str, private: bool = False) -> None:  # noqa: FBT001, FBT002 - Discord's option
        await cases.answer(interaction, query, private=private)

    @case.autocomplete("query")
    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return cases.suggest(typed, interaction)

    @app_commands.command(name="help", description=text.help_command)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help_(interaction: Interaction) -> None:
        await help_reply.send(interaction)

    return [case, help_]
