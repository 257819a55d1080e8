"""Who does something, as the rules of permission see them."""

import discord

from bot.chat.interactions import Interaction, scope_of
from bot.domain.permissions import Actor


def actor_of(interaction: Interaction) -> Actor:
    """The person behind an interaction, with what Discord says of them in this very moment."""
    guild = scope_of(interaction)
    user = interaction.user
    roles = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    return Actor(
        person=user.id,
        guild=guild,
        manages_server=guild != 0 and interaction.permissions.manage_guild,
        roles=frozenset(roles) if guild else frozenset(),
        owns_bot=user.id in owner_ids(interaction.client.application),
    )


def owner_ids(application: discord.AppInfo | None) -> frozenset[int]:
    """Who owns the bot: its owner, or the members of the team that may administrate it."""
    if application is None:
        return frozenset()
    if application.team is None:
        return frozenset({application.owner.id})
    roles = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
    members = (member.id for member in application.team.members if member.role in roles)
    return frozenset({application.team.owner_id or 0, *members} - {0})
