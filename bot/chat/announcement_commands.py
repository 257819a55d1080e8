"""/announcements, for a server's editors, and /follow, for everybody."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.announcements import Announcing
from bot.chat.cases import CaseReplies
from bot.chat.follow import Following
from bot.chat.interactions import Interaction
from bot.domain.announcements import POSTED, Wish
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.vocabulary import Topic
from bot.text import English

_log = logging.getLogger(__name__)

_Place = app_commands.AppCommandChannel | app_commands.AppCommandThread
_Numbered = Callable[[Interaction, str], Awaitable[list[tuple[str, int]]]]


def announcement_commands(
    announcing: Announcing, following: Following, cases: CaseReplies, text: English
) -> list[app_commands.Group]:
    """`/announcements` and `/follow`, as they are registered with Discord.

    Args:
        announcing: answers /announcements.
        following: answers /follow.
        cases: suggests cases.
        text: the sentences for Discord's command picker.
    """
    return [_announcements(announcing, text), _follow(following, cases, text)]


def _announcements(announcing: Announcing, text: English) -> app_commands.Group:
    group = _EditorsGroup(
        announcing,
        name="announcements",
        description=text.announcements_command,
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(name="subscribe", description=text.subscribe_command)
    @app_commands.describe(
        channel=text.subscribe_channel,
        jurisdiction=text.subscribe_jurisdiction,
        topic=text.subscribe_topic,
        kind=text.subscribe_kind,
        role=text.subscribe_role,
    )
    @app_commands.choices(topic=_topics(text), kind=_kinds(text))
    async def subscribe(
        interaction: Interaction,
        channel: _Place,
        jurisdiction: str = "",
        topic: str = "",
        kind: str = "",
        role: discord.Role | None = None,
    ) -> None:
        code = jurisdiction.upper()
        if code and code not in JURISDICTIONS:
            await interaction.response.send_message(text.unknown_jurisdiction, ephemeral=True)
            return
        await announcing.subscribe(interaction, channel.id, Wish(code, topic, kind), role)

    subscribe.autocomplete("jurisdiction")(_suggest_jurisdictions)

    @group.command(name="list", description=text.list_command)
    async def list_(interaction: Interaction) -> None:
        await announcing.list_all(interaction)

    @group.command(name="status", description=text.status_command)
    async def status(interaction: Interaction) -> None:
        await announcing.status(interaction)

    _numbered(group, "pause", text.pause_command, announcing.pause, announcing.choices, text)
    _numbered(group, "resume", text.resume_command, announcing.resume, announcing.choices, text)
    _numbered(
        group,
        "unsubscribe",
        text.unsubscribe_command,
        announcing.unsubscribe,
        announcing.choices,
        text,
    )
    _numbered(group, "preview", text.preview_command, announcing.preview, announcing.choices, text)
    return group


class _EditorsGroup(app_commands.Group):
    """Commands that only a server's editors may use, whatever Discord lets through."""

    def __init__(self, announcing: Announcing, **fields: Any) -> None:
        super().__init__(**fields)
        self._announcing = announcing

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether the person is an editor."""
        return await self._announcing.is_editor(interaction)


def _follow(following: Following, cases: CaseReplies, text: English) -> app_commands.Group:
    group = app_commands.Group(
        name="follow",
        description=text.follow_command,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
    )

    @group.command(name="add", description=text.follow_add_command)
    @app_commands.describe(
        case=text.follow_case, topic=text.follow_topic, jurisdiction=text.follow_jurisdiction
    )
    @app_commands.choices(topic=_topics(text))
    async def add(
        interaction: Interaction, case: str = "", topic: str = "", jurisdiction: str = ""
    ) -> None:
        code = jurisdiction.upper()
        if code and code not in JURISDICTIONS:
            await interaction.response.send_message(text.unknown_jurisdiction, ephemeral=True)
            return
        await following.add(interaction, case, topic, code)

    @add.autocomplete("case")
    async def suggest_cases(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return cases.suggest(typed, interaction)

    add.autocomplete("jurisdiction")(_suggest_jurisdictions)

    @group.command(name="list", description=text.follow_list_command)
    async def list_(interaction: Interaction) -> None:
        await following.list_all(interaction)

    _numbered(
        group, "remove", text.follow_remove_command, following.remove, following.choices, text
    )
    return group


def _numbered(
    group: app_commands.Group,
    name: str,
    description: str,
    act: Callable[[Interaction, int], Awaitable[None]],
    choices: _Numbered,
    text: English,
) -> None:
    """Add a command whose one option is a subscription, chosen from suggestions.

    Args:
        group: where.
        name: of the command.
        description: of the command.
        act: what it does with the number.
        choices: the subscriptions that fit what was typed.
        text: the sentences.
    """

    @group.command(name=name, description=description)
    @app_commands.describe(which=text.chosen_subscription)
    async def command(interaction: Interaction, which: str) -> None:
        await act(interaction, int(which) if which.isdecimal() else 0)

    @command.autocomplete("which")
    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        try:
            found = await choices(interaction, typed)
        except Exception:  # noqa: BLE001 - discord.py drops it and leaves the person waiting
            _log.exception("Suggesting subscriptions failed")
            return []
        return [app_commands.Choice(name=shown, value=str(number)) for shown, number in found]


def _topics(text: English) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=text.topic(topic), value=topic.value) for topic in Topic]


def _kinds(text: English) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=text.news_kind(kind), value=kind.value) for kind in POSTED]


async def _suggest_jurisdictions(
    interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    del interaction
    wanted = typed.casefold()
    found = [
        app_commands.Choice(name=place.name, value=code)
        for code, place in JURISDICTIONS.items()
        if place.name.casefold().startswith(wanted) or code.casefold() == wanted
    ]
    return found[: limits.CHOICES]
