"""Channels, threads, and direct message channels."""

from typing import Any

from tests.standin.api import Api, Call
from tests.standin.hub import Hub
from tests.standin.rules import Rules
from tests.standin.wire import DiscordError
from tests.standin.world import MANAGE_THREADS, SEND_MESSAGES_IN_THREADS, Json


def add(api: Api, rules: Rules) -> None:
    """Register the routes."""
    rate = rules.default_rate
    api.route("GET", "/channels/{channel_id}", get_channel, rate=rate)
    api.route("PATCH", "/channels/{channel_id}", edit_channel, rate=rate)
    api.route("POST", "/channels/{channel_id}/typing", typing, rate=rate)
    api.route("POST", "/users/@me/channels", open_conversation, rate=rate)


def get_channel(hub: Hub, call: Call) -> Json:
    return hub.world.channel(call.ids["channel_id"]).payload()


def edit_channel(hub: Hub, call: Call) -> Any:
    """Archive a thread or open it again; nothing else is offered."""
    channel = hub.world.channel(call.ids["channel_id"])
    body = call.object
    if not channel.is_thread or set(body) - {"archived", "locked"} or channel.guild is None:
        raise DiscordError.of(50013)
    needs_manager = channel.locked or "locked" in body or body.get("archived")
    needed = MANAGE_THREADS if needs_manager else SEND_MESSAGES_IN_THREADS
    hub.world.channel(channel.id, needed)
    channel.archived = bool(body.get("archived", channel.archived))
    channel.locked = bool(body.get("locked", channel.locked))
    hub.gateway.dispatch("THREAD_UPDATE", channel.payload(), channel.guild.id)
    return channel.payload()


def typing(hub: Hub, call: Call) -> None:
    hub.world.channel(call.ids["channel_id"])


def open_conversation(hub: Hub, call: Call) -> Json:
    recipient = str(call.object.get("recipient_id", ""))
    user = hub.world.users.get(int(recipient)) if recipient.isdigit() else None
    if user is None:
        raise DiscordError.of(10013)
    channel = hub.world.conversation_with(user)
    if channel is None:
        if hub.rates.dm_opens.admit():
            raise DiscordError.of(40003)
        channel = hub.world.add_conversation([user])
    return channel.payload()
