"""Answers to interactions: the callback, and what follows it on the interaction's token."""

import time
from typing import Any

from tests.standin.api import Api, Call
from tests.standin.hub import Hub
from tests.standin.interactions import (
    CHOICES,
    DEFERRED_MESSAGE,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
)
from tests.standin.routes.messages import add_files
from tests.standin.rules import Rules
from tests.standin.validation import (
    COMPONENTS_V2,
    EPHEMERAL,
    check_choices,
    check_message,
    check_modal,
)
from tests.standin.wire import DiscordError
from tests.standin.world import Json


def add(api: Api, rules: Rules) -> None:
    """Register the routes; none needs the bot's token or counts against its global limit."""
    callback_path = "/interactions/{interaction_id}/{interaction_token}/callback"
    api.route("POST", callback_path, callback, of_bot=False)
    base = "/webhooks/{webhook_id}/{webhook_token}"
    original = base + "/messages/@original"
    one = base + "/messages/{message_id}"
    rate = rules.webhook_rate
    api.route("POST", base, follow_up, rate=rate, of_bot=False)
    for path in (original, one):
        api.route("GET", path, get, rate=rate, of_bot=False)
        api.route("PATCH", path, edit, rate=rate, of_bot=False)
        api.route("DELETE", path, delete, rate=rate, of_bot=False)


def callback(hub: Hub, call: Call) -> Any:
    interaction = hub.interactions.find(call.token, call.ids["interaction_id"])
    if interaction is None:
        raise DiscordError.of(10062)
    body = call.object
    kind: Any = body.get("type")
    hub.interactions.answer(interaction, kind)
    data: Json = body.get("data") or {}
    message = _first_answer(hub, call, interaction, kind, data)
    interaction.answered_at = time.monotonic()
    interaction.callback = {"type": kind, "data": data}
    interaction.answered.set()
    if kind not in {DEFERRED_MESSAGE, DEFERRED_UPDATE}:
        interaction.settled.set()
    if call.query.get("with_response") not in {"1", "true"}:
        return None
    told: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": kind}
    if message is not None:
        told |= {
            "response_message_id": message["id"], "response_message_loading": interaction.deferred,
            "response_message_ephemeral": interaction.ephemeral,
        }  # fmt: skip
        resource["message"] = message
    return {"interaction": told, "resource": resource}


def _first_answer(
    hub: Hub, call: Call, interaction: Interaction, kind: int, data: Json
) -> Json | None:
    """Check and do what a callback asks for; gives the message that it concerns."""
    if kind == CHOICES:
        check_choices(data.get("choices"))
        return None
    if kind == MODAL:
        check_modal(data)
        return None
    if kind == DEFERRED_UPDATE:
        interaction.original = interaction.source
        interaction.deferred = True
        return interaction.source
    if kind == UPDATE:
        assert interaction.source is not None
        return _update(hub, call, interaction, interaction.source, data)
    interaction.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    if kind == DEFERRED_MESSAGE:
        interaction.deferred = True
        interaction.original = _post(hub, interaction, {"flags": data.get("flags") or 0})
        interaction.original["flags"] |= 1 << 7
        return interaction.original
    assert kind == MESSAGE
    fields = Call(call.ids, call.token, call.query, data, call.files)
    add_files(hub, interaction.channel.id, fields)
    check_message(data)
    interaction.original = _post(hub, interaction, data)
    return interaction.original


def _update(hub: Hub, call: Call, interaction: Interaction, message: Json, data: Json) -> Json:
    fields = Call(call.ids, call.token, call.query, data, call.files)
    add_files(hub, interaction.channel.id, fields)
    check_message(data, edit=True, v2=bool(message["flags"] & COMPONENTS_V2))
    hub.world.edit(message, data)
    interaction.original = message
    return message


def _post(hub: Hub, interaction: Interaction, data: Json) -> Json:
    """Make the message of an answer; an ephemeral one is in no channel's history."""
    channel, world = interaction.channel, hub.world
    message = world.new_message(channel.id, data)
    message["webhook_id"] = str(world.bot.id)
    user = interaction.user.payload()
    message["interaction_metadata"] = {
        "id": str(interaction.id), "type": interaction.kind, "user": user,
        "authorizing_integration_owners": {},
    }  # fmt: skip
    hub.told_by_interaction[int(message["id"])] = message
    if len(hub.told_by_interaction) > hub.rules.kept_interactions:
        del hub.told_by_interaction[next(iter(hub.told_by_interaction))]
    if not message["flags"] & EPHEMERAL:
        world.store(channel, message)
        hub.tell_of_message("MESSAGE_CREATE", channel, message)
    return message


def follow_up(hub: Hub, call: Call) -> Any:
    interaction = _interaction(hub, call)
    add_files(hub, interaction.channel.id, call)
    body = call.object
    check_message(body)
    waiting = interaction.original is not None and interaction.original["flags"] & 1 << 7
    if waiting:  # the first one fills in for the deferred answer
        return _fill(hub, interaction, body)
    if interaction.user_installed_only and len(interaction.followups) >= hub.rules.max_followups:
        raise DiscordError.of(40094)
    message = _post(hub, interaction, body)
    interaction.followups.append(message)
    interaction.settled.set()
    return message


def _fill(hub: Hub, interaction: Interaction, body: Json) -> Json:
    message = interaction.original
    assert message is not None
    kept = message["flags"] & EPHEMERAL
    hub.world.edit(message, {**body, "flags": None})
    message["flags"] = (body.get("flags") or 0) & ~EPHEMERAL | kept
    interaction.settled.set()
    return message


def _interaction(hub: Hub, call: Call) -> Interaction:
    if call.ids.get("webhook_id") != hub.world.bot.id:
        raise DiscordError.of(10015)
    return hub.interactions.by_token(call.token)


def _message(hub: Hub, call: Call, interaction: Interaction) -> Json:
    if "message_id" not in call.ids:
        message = interaction.original
    else:
        mine = [interaction.original, interaction.source, *interaction.followups]
        wanted = str(call.ids["message_id"])
        message = next((each for each in mine if each and each["id"] == wanted), None)
    if message is None or int(message["id"]) in interaction.deleted:
        raise DiscordError.of(10008)
    return message


def get(hub: Hub, call: Call) -> Any:
    return _message(hub, call, _interaction(hub, call))


def edit(hub: Hub, call: Call) -> Any:
    interaction = _interaction(hub, call)
    message = _message(hub, call, interaction)
    add_files(hub, interaction.channel.id, call)
    check_message(call.object, edit=True, v2=bool(message["flags"] & COMPONENTS_V2))
    if message["flags"] & 1 << 7:
        return _fill(hub, interaction, call.object)
    hub.world.edit(message, call.object)
    interaction.settled.set()
    return message


def delete(hub: Hub, call: Call) -> None:
    interaction = _interaction(hub, call)
    message = _message(hub, call, interaction)
    message_id = int(message["id"])
    interaction.deleted.add(message_id)
    interaction.settled.set()
    if message_id in interaction.channel.messages:
        hub.world.delete_message(interaction.channel, message_id)
