"""The application: who it is, where the gateway is, and which commands it has."""

from typing import Any

from tests.standin.api import Api, Call
from tests.standin.hub import Hub
from tests.standin.rules import Rules
from tests.standin.validation import check_commands
from tests.standin.wire import DiscordError
from tests.standin.world import Guild, Json


def add(api: Api, rules: Rules) -> None:
    """Register the routes."""
    rate = rules.default_rate
    api.route("GET", "/gateway", gateway, rate=rate, of_bot=False)
    api.route("GET", "/gateway/bot", gateway_bot, rate=rate)
    api.route("GET", "/oauth2/applications/@me", application, rate=rate)
    api.route("GET", "/applications/@me", application, rate=rate)
    api.route("GET", "/users/@me", me, rate=rate)
    base = "/applications/{application_id}/guilds/{guild_id}/commands"
    api.route("GET", base + "/permissions", list_permissions, rate=rate)
    api.route("GET", base + "/{command_id}/permissions", get_permissions, rate=rate)
    for scope in ("", "/guilds/{guild_id}"):
        base = f"/applications/{{application_id}}{scope}/commands"
        api.route("GET", base, list_commands, rate=rate)
        api.route("PUT", base, overwrite_commands, rate=rate)
        api.route("POST", base, create_command, rate=rate)
        api.route("GET", base + "/{command_id}", get_command, rate=rate)
        api.route("PATCH", base + "/{command_id}", edit_command, rate=rate)
        api.route("DELETE", base + "/{command_id}", delete_command, rate=rate)


def gateway(hub: Hub, call: Call) -> Json:
    return {"url": hub.gateway.address}


def gateway_bot(hub: Hub, call: Call) -> Json:
    rules = hub.rules
    limit = {
        "total": rules.session_starts,
        "remaining": max(0, rules.session_starts - hub.gateway.identifies),
        "reset_after": 86_400_000,
        "max_concurrency": rules.max_concurrency,
    }
    return {"url": hub.gateway.address, "shards": rules.shards, "session_start_limit": limit}


def application(hub: Hub, call: Call) -> Json:
    bot = hub.world.bot
    owner = {"id": "1", "username": "owner", "discriminator": "0", "avatar": None}
    return {
        "id": str(bot.id), "name": bot.name, "icon": None, "description": "", "rpc_origins": [],
        "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
        "owner": {**owner, "global_name": None, "public_flags": 0}, "team": None,
        "flags": hub.rules.application_flags, "hook": True, "tags": [],
        "integration_types_config": {"0": {}, "1": {}},
        "approximate_guild_count": len(hub.world.guilds), "redirect_uris": [],
        "interactions_endpoint_url": None, "role_connections_verification_url": None,
        "summary": "", "bot": bot.payload(), "approximate_user_install_count": 0,
    }  # fmt: skip


def me(hub: Hub, call: Call) -> Json:
    more = {"verified": True, "mfa_enabled": True, "locale": "en-US", "email": None, "bio": ""}
    return {**hub.world.bot.payload(), **more}


def _pool(hub: Hub, call: Call) -> tuple[dict[int, Json], Guild | None]:
    if call.ids.get("application_id") != hub.world.bot.id:
        raise DiscordError.of(50001)
    if "guild_id" not in call.ids:
        return hub.world.commands, None
    guild = hub.world.guilds.get(call.ids["guild_id"])
    if guild is None or not guild.present:
        raise DiscordError.of(50001)
    return guild.commands, guild


def _registered(hub: Hub, guild: Guild | None, command: Json, command_id: int) -> Json:
    body: Json = {
        "type": 1, "description": "", "options": [], "default_member_permissions": None,
        "nsfw": False, "name_localizations": None, "description_localizations": None,
        **{key: value for key, value in command.items() if key != "id"},
        "id": str(command_id), "application_id": str(hub.world.bot.id),
        "version": str(hub.world.ids.new()),
    }  # fmt: skip
    if guild is not None:
        body["guild_id"] = str(guild.id)
    else:
        body.setdefault("integration_types", [0])
        body.setdefault("contexts", None)
    permissions = body["default_member_permissions"]
    body["default_member_permissions"] = None if permissions is None else str(permissions)
    return body


def list_commands(hub: Hub, call: Call) -> Any:
    return list(_pool(hub, call)[0].values())


def overwrite_commands(hub: Hub, call: Call) -> Any:
    pool, guild = _pool(hub, call)
    check_commands(call.body)
    before = {(each["type"], each["name"]): int(each["id"]) for each in pool.values()}
    pool.clear()
    for command in call.body or []:
        key = (command.get("type") or 1, command["name"])
        command_id = before.get(key) or hub.world.ids.new()
        pool[command_id] = _registered(hub, guild, command, command_id)
    hub.gateway.pulse.beat()
    return list(pool.values())


def create_command(hub: Hub, call: Call) -> Any:
    pool, guild = _pool(hub, call)
    check_commands([call.object])
    key = (call.object.get("type") or 1, call.object["name"])
    same = [number for number, each in pool.items() if (each["type"], each["name"]) == key]
    command_id = same[0] if same else hub.world.ids.new()
    pool[command_id] = _registered(hub, guild, call.object, command_id)
    return pool[command_id]


def get_command(hub: Hub, call: Call) -> Any:
    pool, _ = _pool(hub, call)
    if call.ids["command_id"] not in pool:
        raise DiscordError.of(10063)
    return pool[call.ids["command_id"]]


def edit_command(hub: Hub, call: Call) -> Any:
    pool, guild = _pool(hub, call)
    changed = {**get_command(hub, call), **call.object}
    check_commands([changed])
    command_id = call.ids["command_id"]
    pool[command_id] = _registered(hub, guild, changed, command_id)
    return pool[command_id]


def delete_command(hub: Hub, call: Call) -> None:
    get_command(hub, call)
    del _pool(hub, call)[0][call.ids["command_id"]]


def list_permissions(hub: Hub, call: Call) -> Any:
    _pool(hub, call)
    return []


def get_permissions(hub: Hub, call: Call) -> Any:
    """No server has overridden any command's permissions."""
    _pool(hub, call)
    raise DiscordError.of(10066)
