"""Which of Discord's permissions mean something to the bot."""

import discord


def moderator() -> discord.Permissions:
    """What a person who keeps the records of a server has at least."""
    return discord.Permissions(manage_guild=True, manage_messages=True)
