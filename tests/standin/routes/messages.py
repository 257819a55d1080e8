"""Messages of channels: post, edit, delete, read, publish."""

import time
from typing import Any

from tests.standin.api import Api, Call
from tests.standin.hub import Hub
from tests.standin.rates import SlidingWindow
from tests.standin.rules import Rules
from tests.standin.validation import COMPONENTS_V2, EPHEMERAL, check_message
from tests.standin.wire import DISCORD_EPOCH, DiscordError, dumps
from tests.standin.world import (
    ANNOUNCEMENT,
    ATTACH_FILES,
    CATEGORY,
    EMBED_LINKS,
    FORUM,
    MANAGE_MESSAGES,
    MANAGE_THREADS,
    MENTION_EVERYONE,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    Channel,
    Json,
)

_CROSSPOSTED = 1 << 0


def add(api: Api, rules: Rules) -> None:
    """Register the routes."""
    base = "/channels/{channel_id}/messages"
    one = base + "/{message_id}"
    api.route("POST", base, create, rate=rules.message_rate)
    api.route("GET", base, history, rate=rules.default_rate)
    api.route("GET", one, get, rate=rules.default_rate)
    api.route("PATCH", one, edit, rate=rules.edit_rate)
    api.route("DELETE", one, delete, rate=rules.delete_rate)
    api.route("POST", one + "/crosspost", crosspost, rate=rules.crosspost_rate)


def create(hub: Hub, call: Call) -> Any:
    world, body = hub.world, call.object
    channel = world.channel(call.ids["channel_id"])
    _check_may_send(hub, channel, body, call)
    add_files(hub, channel.id, call)
    check_message(body)
    if (body.get("flags") or 0) & EPHEMERAL:
        raise DiscordError.of(50035, {"flags": {"_errors": [{"code": "X", "message": "No"}]}})
    if channel.blocked_by:
        raise DiscordError.of(channel.blocked_by)
    nonce = body.get("nonce")
    enforced = nonce is not None and body.get("enforce_nonce")
    if enforced:
        earlier = world.repeated(world.bot, str(nonce))
        if earlier is not None:
            return dumps({**earlier, "nonce": nonce})
    message = world.new_message(channel.id, body)
    _keep_allowed_pings(hub, channel, message)
    reference = body.get("message_reference")
    if reference:
        message |= {"message_reference": reference, "type": 19}
    world.store(channel, message)
    hub.sent[channel.id] += 1
    if nonce is not None:
        hub.nonces[channel.id, str(nonce)] += 1
    hub.total_sent += 1
    hub.gateway.pulse.beat()
    if enforced:
        world.remember_nonce(world.bot, str(nonce), message)
    if channel.archived:
        channel.archived = False
        _tell_of_thread(hub, channel)
    answered = message if nonce is None else {**message, "nonce": nonce}
    hub.tell_of_message("MESSAGE_CREATE", channel, answered)
    return dumps(answered)


def _check_may_send(hub: Hub, channel: Channel, body: Json, call: Call) -> None:
    if channel.kind in {CATEGORY, FORUM}:
        raise DiscordError.of(50008)
    if channel.guild is None:
        if not channel.recipients[0].accepts_dms:
            raise DiscordError.of(50007)
        return
    needed = SEND_MESSAGES_IN_THREADS if channel.is_thread else SEND_MESSAGES
    if body.get("embeds"):
        needed |= EMBED_LINKS
    if call.files:
        needed |= ATTACH_FILES
    hub.world.channel(channel.id, needed)
    may_manage = hub.world.bot_permissions(channel) & MANAGE_THREADS
    if channel.archived and (channel.locked or hub.rules.archived_refuses):
        raise DiscordError.of(50083)
    if channel.locked and not may_manage:
        raise DiscordError.of(160005)


def _keep_allowed_pings(hub: Hub, channel: Channel, message: Json) -> None:
    """Drop the pings of roles that the bot may not ping, and of everyone likewise."""
    guild = channel.guild
    if guild is None or hub.world.bot_permissions(channel) & MENTION_EVERYONE:
        return
    message["mention_everyone"] = False
    message["mention_roles"] = [
        role
        for role in message["mention_roles"]
        if int(role) in guild.roles and guild.roles[int(role)].mentionable
    ]


def add_files(hub: Hub, channel_id: int, call: Call) -> None:
    """Turn uploaded files into attachments of the body."""
    if not call.files and "attachments" not in (call.body or {}):
        return
    described = {str(each.get("id")): each for each in call.object.get("attachments") or []}
    kept = [each for each in described.values() if str(each.get("id")) not in _numbers(call)]
    added: list[Json] = []
    for number, (filename, content) in call.files.items():
        more = described.get(str(number), {})
        added.append(keep_file(hub, more.get("filename") or filename, content, channel_id))
        if more.get("description"):
            added[-1]["description"] = more["description"]
    call.object["attachments"] = [*kept, *added]


def _numbers(call: Call) -> set[str]:
    return {str(number) for number in call.files}


def keep_file(hub: Hub, filename: str, content: bytes, channel_id: int = 0) -> Json:
    """Keep a file and give the attachment that stands for it."""
    number = hub.world.ids.new()
    url = f"{hub.address}/attachments/{channel_id}/{number}/{filename}"
    attachment: Json = {
        "id": str(number), "filename": filename, "size": len(content), "url": url,
        "proxy_url": url, "content_type": None,
    }  # fmt: skip
    hub.world.attachments[number] = (attachment, content)
    return attachment


def history(hub: Hub, call: Call) -> Any:
    """Newest first; nothing at all, and no error, where the bot may not read the history."""
    channel = hub.world.channel(call.ids["channel_id"])
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        error = {"code": "NUMBER_TYPE_MAX", "message": "int value should be 1 to 100."}
        raise DiscordError.of(50035, {"limit": {"_errors": [error]}})
    granted = hub.world.bot_permissions(channel)
    if not granted & READ_MESSAGE_HISTORY:
        return []
    ids = list(channel.messages)
    if "around" in call.query:
        middle = int(call.query["around"])
        older = [each for each in ids if each <= middle][-(limit // 2 + 1) :]
        newer = [each for each in ids if each > middle][: limit - len(older)]
        chosen = [*older, *newer]
    elif "after" in call.query:
        after = int(call.query["after"])
        chosen = [each for each in ids if each > after][:limit]
    else:
        before = int(call.query.get("before", 1 << 63))
        chosen = [each for each in ids if each < before][-limit:]
    return [channel.messages[each] for each in reversed(chosen)]


def get(hub: Hub, call: Call) -> Any:
    channel = hub.world.channel(call.ids["channel_id"], READ_MESSAGE_HISTORY)
    return hub.world.message(channel, call.ids["message_id"])


def edit(hub: Hub, call: Call) -> Any:
    world = hub.world
    channel = world.channel(call.ids["channel_id"])
    message = world.message(channel, call.ids["message_id"])
    if int(message["author"]["id"]) != world.bot.id:
        raise DiscordError.of(50005)
    if channel.archived:
        raise DiscordError.of(50083)
    add_files(hub, channel.id, call)
    check_message(call.object, edit=True, v2=bool(message["flags"] & COMPONENTS_V2))
    posted = ((int(message["id"]) >> 22) + DISCORD_EPOCH) / 1000
    if channel.edits_blocked_by:
        raise DiscordError.of(channel.edits_blocked_by)
    if time.time() - posted > hub.rules.old_message_age:
        rate = hub.rules.old_edit_rate
        window = hub.rates.old_edits.setdefault(channel.id, SlidingWindow(rate))
        if window.admit():
            raise DiscordError.of(30046)
    world.edit(message, call.object)
    hub.tell_of_message("MESSAGE_UPDATE", channel, message)
    return message


def delete(hub: Hub, call: Call) -> None:
    world = hub.world
    channel = world.channel(call.ids["channel_id"])
    message = world.message(channel, call.ids["message_id"])
    if int(message["author"]["id"]) != world.bot.id:
        world.channel(channel.id, MANAGE_MESSAGES)
    if channel.archived:
        raise DiscordError.of(50083)
    world.delete_message(channel, int(message["id"]))
    gone = {"id": message["id"], "channel_id": message["channel_id"]}
    hub.tell_of_message("MESSAGE_DELETE", channel, gone)


def crosspost(hub: Hub, call: Call) -> Any:
    world = hub.world
    channel = world.channel(call.ids["channel_id"], SEND_MESSAGES)
    if channel.kind != ANNOUNCEMENT:
        raise DiscordError.of(50024)
    message = world.message(channel, call.ids["message_id"])
    if int(message["author"]["id"]) != world.bot.id:
        world.channel(channel.id, MANAGE_MESSAGES)
    if message["flags"] & _CROSSPOSTED:
        raise DiscordError.of(40033)
    message["flags"] |= _CROSSPOSTED
    hub.tell_of_message("MESSAGE_UPDATE", channel, message)
    return message


def _tell_of_thread(hub: Hub, channel: Channel) -> None:
    assert channel.guild is not None
    hub.gateway.dispatch("THREAD_UPDATE", channel.payload(), channel.guild.id)
