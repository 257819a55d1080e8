"""The control side's other end: what a test may ask of this Discord, under /control/NAME."""

import asyncio
import base64
import gc
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.standin.faults import Fault
from tests.standin.gateway import INVALID, RECONNECT
from tests.standin.hub import Hub
from tests.standin.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Asking,
    CannotAskError,
    Interaction,
)
from tests.standin.load import run_load
from tests.standin.routes.messages import keep_file
from tests.standin.wire import DiscordError, dumps, loads
from tests.standin.world import GROUP_DM, Channel, Guild, Json, Overwrite, Role, User


class Operations:
    """Every public coroutine is an operation; its arguments are the fields of the JSON body."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post("/control/{operation}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        name = request.match_info["operation"]
        operation: Callable[..., Awaitable[Any]] | None = getattr(self, name, None)
        if name.startswith("_") or name == "add_to" or operation is None:
            return web.Response(status=404, text=f"no operation {name}")
        text = await request.read()
        try:
            result = await operation(**(loads(text) if text else {}))
        except (CannotAskError, TimeoutError, DiscordError, KeyError, ValueError) as error:
            kind = type(error).__name__
            return web.Response(status=400, text=f"{kind}: {error}")
        return web.Response(body=dumps(result), content_type="application/json")

    # The world

    async def add_guilds(
        self, count: int, channels: int, name: str, locale: str, kind: int, bot_permissions: int
    ) -> Any:
        made: list[Json] = []
        for number in range(count):
            title = name if count == 1 else f"{name} {number + 1}"
            guild = self._hub.world.add_guild(title, locale=locale, bot_permissions=bot_permissions)
            for place in range(channels):
                self._hub.world.add_channel(guild, f"channel-{place + 1}", kind)
            if channels:
                guild.system_channel = next(iter(guild.channels))
            self._hub.gateway.announce_guild(guild)
            made.append(_told(guild))
        gc.freeze()  # or thousands of servers would be walked again and again while it is measured
        return made

    async def remove_guild(self, guild: int, *, outage: bool) -> Any:
        found = self._hub.world.guild(guild)
        body: Json = {"id": str(guild)}
        if outage:
            body["unavailable"] = found.in_outage = True
        else:
            found.present = False
        self._hub.gateway.dispatch("GUILD_DELETE", body, guild)

    async def return_guild(self, guild: int) -> Any:
        found = self._hub.world.guilds[guild]
        body = found.payload(self._hub.world.bot.payload())
        if found.present:  # back from an outage
            body["unavailable"] = False
        found.present, found.in_outage = True, False
        self._hub.gateway.dispatch("GUILD_CREATE", body, guild)

    async def set_guild_locale(self, guild: int, locale: str) -> Any:
        found = self._hub.world.guild(guild)
        found.locale = locale
        body = found.payload(self._hub.world.bot.payload())
        self._hub.gateway.dispatch("GUILD_UPDATE", body, guild)

    async def add_channel(
        self, guild: int, name: str, kind: int, parent: int | None, *, archived: bool, locked: bool
    ) -> Any:
        world = self._hub.world
        above = world.channels[parent] if parent is not None else None
        channel = world.add_channel(world.guild(guild), name, kind, above)
        channel.archived, channel.locked = archived, locked
        event = "THREAD_CREATE" if channel.is_thread else "CHANNEL_CREATE"
        self._hub.gateway.dispatch(event, channel.payload(), guild)
        return channel.id

    async def delete_channel(self, channel: int) -> Any:
        found = self._hub.world.channels[channel]
        self._hub.world.remove_channel(found)
        event = "THREAD_DELETE" if found.is_thread else "CHANNEL_DELETE"
        if found.guild is not None:
            self._hub.gateway.dispatch(event, found.payload(), found.guild.id)

    async def set_channel(
        self,
        channel: int,
        archived: bool | None = None,
        locked: bool | None = None,
        delay: float | None = None,
        blocked_by: int | None = None,
        edits_blocked_by: int | None = None,
    ) -> Any:
        found = self._hub.world.channels[channel]
        found.archived = found.archived if archived is None else archived
        found.locked = found.locked if locked is None else locked
        found.delay = found.delay if delay is None else delay
        found.blocked_by = found.blocked_by if blocked_by is None else blocked_by
        if edits_blocked_by is not None:
            found.edits_blocked_by = edits_blocked_by
        if (archived, locked) != (None, None):
            self._tell_of(found)

    async def overwrite(self, channel: int, target: int, kind: int, allow: int, deny: int) -> Any:
        found = self._hub.world.channels[channel]
        found.overwrites[target] = Overwrite(target, kind, allow, deny)
        self._tell_of(found)

    def _tell_of(self, channel: Channel) -> None:
        event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        if channel.guild is not None:
            self._hub.gateway.dispatch(event, channel.payload(), channel.guild.id)

    async def add_role(self, guild: int, name: str, permissions: int, *, mentionable: bool) -> Any:
        found = self._hub.world.guild(guild)
        role = Role(self._hub.world.ids.new(), name, permissions, mentionable)
        found.roles[role.id] = role
        self._tell_of_role("GUILD_ROLE_CREATE", found, role)
        return role.id

    async def set_role(
        self,
        guild: int,
        role: int,
        permissions: int | None,
        mentionable: bool | None,
    ) -> Any:
        found = self._hub.world.guild(guild)
        changed = found.roles[role]
        changed.permissions = changed.permissions if permissions is None else permissions
        changed.mentionable = changed.mentionable if mentionable is None else mentionable
        self._tell_of_role("GUILD_ROLE_UPDATE", found, changed)

    async def delete_role(self, guild: int, role: int) -> Any:
        found = self._hub.world.guild(guild)
        del found.roles[role]
        for roles in found.member_roles.values():
            roles.discard(role)
        body = {"guild_id": str(guild), "role_id": str(role)}
        self._hub.gateway.dispatch("GUILD_ROLE_DELETE", body, guild)

    def _tell_of_role(self, event: str, guild: Guild, role: Role) -> None:
        body = {"guild_id": str(guild.id), "role": role.payload()}
        self._hub.gateway.dispatch(event, body, guild.id)

    async def add_user(self, name: str, *, accepts_dms: bool) -> Any:
        return self._hub.world.add_user(name, accepts_dms=accepts_dms).id

    async def set_user(self, user: int, *, accepts_dms: bool) -> Any:
        self._hub.world.users[user].accepts_dms = accepts_dms

    async def set_member(self, guild: int, user: int, roles: list[int]) -> Any:
        self._hub.world.guild(guild).member_roles[user] = set(roles)

    async def open_dm(self, user: int) -> Any:
        world = self._hub.world
        person = world.users[user]
        return (world.conversation_with(person) or world.add_conversation([person])).id

    async def open_group(self, users: list[int]) -> Any:
        world = self._hub.world
        people = [world.users[user] for user in users]
        return world.add_conversation(people, GROUP_DM).id

    async def post(self, channel: int, user: int, content: str) -> Any:
        world = self._hub.world
        found = world.channels[channel]
        message = world.new_message(channel, {"content": content}, world.users[user])
        world.store(found, message)
        self._hub.tell_of_message("MESSAGE_CREATE", found, message)
        return message

    async def delete_message(self, channel: int, message: int) -> Any:
        self._hub.world.delete_message(self._hub.world.channels[channel], message)

    async def upload(self, filename: str, content: str) -> Any:
        return int(keep_file(self._hub, filename, base64.b64decode(content))["id"])

    # What people do

    def _asking(self, asking: Json) -> Asking:
        world = self._hub.world
        channel = world.channels[asking["channel"]]
        user = world.users[asking["user"]] if asking["user"] else _somebody(self._hub, channel)
        return Asking(
            channel, user, asking["locale"], asking["permissions"], tuple(asking["installs"])
        )

    async def slash(
        self,
        path: str,
        options: Json,
        asking: Json,
        *,
        focused: str | None,
        hidden: bool,
        wait: float,
    ) -> Any:
        who = self._asking(asking)
        interactions = self._hub.interactions
        data = interactions.command_data(path, options, who, focused=focused, hidden=hidden)
        kind = COMMAND if focused is None else AUTOCOMPLETE
        return await self._outcome(interactions.send(kind, data, who), wait)

    async def menu(
        self, name: str, message: int, asking: Json, *, hidden: bool, wait: float
    ) -> Any:
        who = self._asking(asking)
        interactions = self._hub.interactions
        target = self._hub.world.message(who.channel, message)
        data = interactions.menu_data(name, target, who, hidden=hidden)
        return await self._outcome(interactions.send(COMMAND, data, who), wait)

    async def component(
        self,
        message: int,
        custom_id: str,
        values: list[str] | None,
        asking: Json,
        *,
        forged: bool,
        wait: float,
    ) -> Any:
        who = self._asking(asking)
        source = who.channel.messages.get(message) or self._hub.told_by_interaction[message]
        data = self._hub.interactions.component_data(source, custom_id, values, forged=forged)
        sent = self._hub.interactions.send(COMPONENT, data, who, source)
        return await self._outcome(sent, wait)

    async def submit(
        self, interaction: int, form: Json | None, fields: Json, asking: Json, wait: float
    ) -> Any:
        who = self._asking(asking)
        shown = self._hub.interactions.by_id.get(interaction)
        if form is None:
            if shown is None or shown.callback is None:
                raise CannotAskError(f"the interaction {interaction} was not answered by a form")
            form = shown.callback["data"]
        assert form is not None
        data = self._hub.interactions.modal_data(form, fields)
        source = shown.source if shown else None
        return await self._outcome(
            self._hub.interactions.send(MODAL_SUBMIT, data, who, source), wait
        )

    async def _outcome(self, interaction: Interaction, wait: float) -> Json:
        """The answer, once it is whole or the time is over."""
        try:
            async with asyncio.timeout(wait):
                await interaction.answered.wait()
                await interaction.settled.wait()
        except TimeoutError:
            pass
        return interaction.result()

    async def outcome(self, interaction: int, wait: float) -> Any:
        return await self._outcome(self._hub.interactions.by_id[interaction], wait)

    async def load(self, **fields: Any) -> Any:
        who = self._asking(fields.pop("asking"))
        return await run_load(self._hub.world, self._hub.interactions, who, **fields)

    # What the bot did

    async def commands(self, guild: int | None) -> Any:
        world = self._hub.world
        pool = world.commands if guild is None else world.guild(guild).commands
        return list(pool.values())

    async def messages(self, channel: int) -> Any:
        return list(self._hub.world.channels[channel].messages.values())

    async def all_messages(self) -> Any:
        channels = self._hub.world.channels.values()
        return {str(each.id): list(each.messages.values()) for each in channels if each.messages}

    async def deleted_messages(self) -> Any:
        return self._hub.world.deleted

    async def nonces(self) -> Any:
        return [[*key, count] for key, count in self._hub.nonces.items()]

    async def sent(self) -> Any:
        return {str(channel): count for channel, count in self._hub.sent.items()}

    async def requests(self, route: str, since: int) -> Any:
        kept = list(self._hub.log.requests)[since:]
        return [each.payload() for each in kept if route in f"{each.method} {each.route}"]

    async def report(self) -> Any:
        hub = self._hub
        invalid = hub.rates.invalid
        return {
            "statuses": {str(key): count for key, count in hub.log.statuses.items()},
            "invalid": {str(key): count for key, count in invalid.by_status.items()},
            "invalid_in_ten_minutes": invalid.most_in_ten_minutes,
            "absorbed_repeats": hub.world.absorbed_repeats,
            "violations": hub.log.violations, "unknown_routes": hub.log.unknown,
            "faults": {str(fault): count for fault, count in hub.faults.counts.items()},
            "identifies": hub.gateway.identifies, "resumes": hub.gateway.resumes,
            "refused_resumes": hub.gateway.refused_resumes,
            "close_codes": hub.gateway.close_codes,
            "connected": len(hub.gateway.connected), "requests": len(hub.log.requests),
        }  # fmt: skip

    async def wait_connected(self, shards: int, wait: float) -> Any:
        gateway = self._hub.gateway
        await gateway.pulse.until(lambda: len(gateway.connected) == shards, wait)

    async def wait_commands(self, wait: float) -> Any:
        world = self._hub.world
        await self._hub.gateway.pulse.until(lambda: bool(world.commands), wait)
        return list(world.commands.values())

    async def wait_sent(self, total: int, wait: float) -> Any:
        hub = self._hub
        await hub.gateway.pulse.until(lambda: hub.total_sent >= total, wait)
        return hub.total_sent

    async def wait_requests(self, route: str, total: int, wait: float) -> Any:
        log = self._hub.log
        await self._hub.gateway.pulse.until(lambda: log.by_route[route] >= total, wait)

    # Trouble

    async def inject(self, chances: dict[str, float], **fields: Any) -> Any:
        self._hub.faults.inject({Fault(kind): each for kind, each in chances.items()}, **fields)

    async def clear_faults(self) -> Any:
        self._hub.faults.clear()

    async def drop(self, code: int | None, *, invalidate: bool) -> Any:
        return await self._hub.gateway.drop(code=code, invalidate=invalidate)

    async def cut_network(self, *, cut: bool) -> Any:
        self._hub.cut = cut
        if cut:
            await self._hub.gateway.drop(code=None, invalidate=False)

    async def refuse_token(self, *, refused: bool) -> Any:
        self._hub.gateway.token_refused = refused
        if refused:
            await self._hub.gateway.drop(code=4004, invalidate=True)

    async def ask_to_reconnect(self) -> Any:
        self._hub.gateway.send_all(RECONNECT, None)

    async def invalidate(self, *, resumable: bool) -> Any:
        gateway = self._hub.gateway
        gateway.send_all(INVALID, resumable)
        if not resumable:
            for session in gateway.connected:
                gateway.sessions.pop(session.id)

    async def dispatch(self, event: str, data: Json, guild: int | None) -> Any:
        self._hub.gateway.dispatch(event, data, guild)


def _somebody(hub: Hub, channel: Channel) -> User:
    if channel.recipients:
        return channel.recipients[0]
    return hub.world.crowd(1)[0]


def _told(guild: Guild) -> Json:
    return {
        "id": guild.id, "owner": guild.owner.id, "bot_role": guild.bot_role.id,
        "channels": list(guild.channels),
    }  # fmt: skip
