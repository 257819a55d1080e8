"""Which of Discord's permissions mean something to the bot."""

import discord

_NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
}


def moderator() -> discord.Permissions:
    """What a person who keeps the records of a server has at least."""
    return discord.Permissions(manage_guild=True, manage_messages=True)


def invited() -> discord.Permissions:
    """What the bot asks for when it is invited.

    Answers to commands need none of it; announcing needs to see a channel, to write there and in
    threads and to embed. Reading the history lets it see after a crash whether a message arrived.
    """
    return discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        embed_links=True,
        read_message_history=True,
    )


def missing_to_post(place: "discord.abc.GuildChannel | discord.Thread") -> list[str]:
    """What the bot lacks to announce in a channel or thread, as discord.py names it."""
    return missing_in(
        place.permissions_for(place.guild.me), thread=isinstance(place, discord.Thread)
    )


def missing_in(mine: discord.Permissions, *, thread: bool) -> list[str]:
    """What of its permissions in a place the bot lacks to announce there.

    Args:
        mine: those that it has.
        thread: whether the place is a thread.
    """
    send = "send_messages_in_threads" if thread else "send_messages"
    needed = ("view_channel", send, "embed_links")
    return [name for name in needed if not getattr(mine, name)]


def may_read_history(place: "discord.abc.GuildChannel | discord.Thread") -> bool:
    """Whether the bot may read what was written in a channel or thread."""
    mine = place.permissions_for(place.guild.me)
    return mine.view_channel and mine.read_message_history


def names_of(permissions: list[str]) -> list[str]:
    """Permissions as Discord's settings call them, in English."""
    return [_NAMES[name] for name in permissions]


def may_ping(role: discord.Role, place: "discord.abc.GuildChannel | discord.Thread") -> bool:
    """Whether the bot can ping a role in a channel."""
    return may_ping_in(place.permissions_for(place.guild.me), role)


def may_ping_in(mine: discord.Permissions, role: discord.Role) -> bool:
    """Whether the bot can ping a role where it has these permissions."""
    return role.mentionable or mine.mention_everyone
