"""Servers and people."""

from typing import Any

from tests.standin.api import Api, Call
from tests.standin.hub import Hub
from tests.standin.rules import Rules
from tests.standin.wire import DiscordError
from tests.standin.world import Json


def add(api: Api, rules: Rules) -> None:
    """Register the routes."""
    rate = rules.default_rate
    api.route("GET", "/guilds/{guild_id}", get_guild, rate=rate)
    api.route("GET", "/guilds/{guild_id}/channels", list_channels, rate=rate)
    api.route("GET", "/guilds/{guild_id}/roles", list_roles, rate=rate)
    api.route("GET", "/guilds/{guild_id}/threads/active", list_threads, rate=rate)
    api.route("GET", "/guilds/{guild_id}/members/{user_id}", get_member, rate=rate)
    api.route("GET", "/users/@me/guilds", list_guilds, rate=rate)
    api.route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild, rate=rate)
    api.route("GET", "/users/{user_id}", get_user, rate=rate)


def get_guild(hub: Hub, call: Call) -> Json:
    body = hub.world.guild(call.ids["guild_id"]).payload(hub.world.bot.payload())
    for name in ("channels", "threads", "members", "voice_states", "presences"):
        del body[name]
    return body


def list_channels(hub: Hub, call: Call) -> Any:
    channels = hub.world.guild(call.ids["guild_id"]).channels.values()
    return [channel.payload() for channel in channels if not channel.is_thread]


def list_threads(hub: Hub, call: Call) -> Any:
    channels = hub.world.guild(call.ids["guild_id"]).channels.values()
    open_ones = [c.payload() for c in channels if c.is_thread and not c.archived]
    return {"threads": open_ones, "members": []}


def list_roles(hub: Hub, call: Call) -> Any:
    return [role.payload() for role in hub.world.guild(call.ids["guild_id"]).roles.values()]


def get_member(hub: Hub, call: Call) -> Json:
    guild = hub.world.guild(call.ids["guild_id"])
    user = hub.world.users.get(call.ids["user_id"])
    if user is None:
        raise DiscordError.of(10013)
    roles = guild.member_roles.get(user.id, set())
    if user is hub.world.bot:
        roles = {guild.bot_role.id}
    return {
        "user": user.payload(), "roles": [str(role) for role in roles], "nick": None,
        "joined_at": "2024-01-01T00:00:00.000000+00:00", "deaf": False, "mute": False,
        "flags": 0, "avatar": None, "premium_since": None, "pending": False,
    }  # fmt: skip


def list_guilds(hub: Hub, call: Call) -> Any:
    return [
        {**guild.summary(), "icon": None, "owner": False,
         "permissions": str(guild.bot_role.permissions)}
        for guild in hub.world.present_guilds()
    ]  # fmt: skip


def leave_guild(hub: Hub, call: Call) -> None:
    guild = hub.world.guild(call.ids["guild_id"])
    guild.present = False
    hub.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)


def get_user(hub: Hub, call: Call) -> Json:
    user = hub.world.users.get(call.ids["user_id"])
    if user is None:
        raise DiscordError.of(10013)
    return user.payload()
