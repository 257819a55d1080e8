"""What a person does with the bot, what the bot answers, and how long that took."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.standin.gateway import Gateway
from tests.standin.rules import Rules
from tests.standin.validation import (
    ACTION_ROW,
    LABEL,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
)
from tests.standin.wire import DiscordError
from tests.standin.world import DM, Channel, Guild, Json, User, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_ATTACHMENT_LIMIT = 10 * 1024 * 1024


class CannotAskError(Exception):
    """Discord would not let the person do this: it shows no such command, button or form."""


@dataclass(slots=True)
class Interaction:
    """One interaction and what became of it. Times are of `time.monotonic`."""

    id: int
    token: str
    kind: int
    channel: Channel
    user: User
    user_installed_only: bool
    source: Json | None = None
    sent_at: float = 0.0
    answered_at: float | None = None
    callback: Json | None = None
    original: Json | None = None
    deferred: bool = False
    ephemeral: bool = False
    followups: list[Json] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def result(self) -> Json:
        """What a person sees of it, and what the bot sent."""
        callback = self.callback or {}
        data = callback.get("data") or {}
        took = None if self.answered_at is None else (self.answered_at - self.sent_at) * 1000
        return {
            "id": str(self.id), "type": callback.get("type"), "data": data, "milliseconds": took,
            "ephemeral": self.ephemeral, "deferred": self.deferred, "message": self.original,
            "followups": self.followups,
        }  # fmt: skip


@dataclass(slots=True)
class Asking:
    """Who does something, where, and as what Discord tells the bot of it."""

    channel: Channel
    user: User
    locale: str = "en-US"
    permissions: int | None = None
    installs: tuple[str, ...] = ("guild",)

    @property
    def context(self) -> int:
        if self.channel.guild is not None:
            return 0
        bot_dm = self.channel.kind == DM
        return 1 if bot_dm else 2


class Interactions:
    """Sends them and keeps the newest."""

    def __init__(self, rules: Rules, world: World, gateway: Gateway) -> None:
        self._rules = rules
        self._world = world
        self._gateway = gateway
        self._by_token: dict[str, Interaction] = {}
        self.by_id: dict[int, Interaction] = {}

    # Sending

    def send(
        self, kind: int, data: Json, asking: Asking, source: Json | None = None
    ) -> Interaction:
        """Send INTERACTION_CREATE."""
        interaction_id = self._world.ids.new()
        token = secrets.token_urlsafe(48)
        guild = asking.channel.guild
        owners = self._owners(asking, guild)
        interaction = Interaction(
            interaction_id, token, kind, asking.channel, asking.user, "0" not in owners, source
        )
        self._by_token[token] = self.by_id[interaction_id] = interaction
        if len(self.by_id) > self._rules.kept_interactions:
            oldest = self.by_id.pop(next(iter(self.by_id)))
            self._by_token.pop(oldest.token, None)
        body = self._payload(interaction, data, asking, owners)
        interaction.sent_at = time.monotonic()
        self._gateway.dispatch("INTERACTION_CREATE", body, guild.id if guild else None)
        return interaction

    @staticmethod
    def _owners(asking: Asking, guild: Guild | None) -> Json:
        owners: Json = {}
        if "guild" in asking.installs and (guild is not None or asking.channel.kind == DM):
            owners["0"] = str(guild.id) if guild else "0"
        if "user" in asking.installs or not owners:
            owners["1"] = str(asking.user.id)
        return owners

    def _payload(self, interaction: Interaction, data: Json, asking: Asking, owners: Json) -> Json:
        channel, guild, user = asking.channel, asking.channel.guild, asking.user
        body: Json = {
            "id": str(interaction.id), "application_id": str(self._world.bot.id),
            "type": interaction.kind, "token": interaction.token, "version": 1, "data": data,
            "channel_id": str(channel.id), "channel": channel.payload(), "locale": asking.locale,
            "app_permissions": str(self._world.bot_permissions(channel)), "entitlements": [],
            "authorizing_integration_owners": owners, "context": asking.context,
            "attachment_size_limit": _ATTACHMENT_LIMIT,
        }  # fmt: skip
        if guild is not None:
            granted = asking.permissions
            if granted is None:
                granted = self._world.member_permissions(channel, user)
            body["channel"]["permissions"] = str(granted)
            body |= {
                "guild_id": str(guild.id), "guild_locale": guild.locale,
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "member": {
                    "user": user.payload(), "permissions": str(granted), "nick": None,
                    "roles": [str(role) for role in guild.member_roles.get(user.id, ())],
                    "joined_at": "2024-01-01T00:00:00.000000+00:00", "premium_since": None,
                    "pending": False, "deaf": False, "mute": False, "flags": 0, "avatar": None,
                },
            }  # fmt: skip
        else:
            body["user"] = user.payload()
        if interaction.source is not None:
            body["message"] = interaction.source
        return body

    # What a command, suggestion, component and form hold

    def command_data(
        self,
        path: str,
        options: Json,
        asking: Asking,
        *,
        focused: str | None = None,
        hidden: bool = False,
    ) -> Json:
        """The data of a slash command, from the command that the bot registered.

        Args:
            path: `case`, or `cases list` for a subcommand.
            options: by name; users, roles, channels and attachments by id.
            asking: who asks.
            focused: the option being typed, for suggestions.
            hidden: forge it even if Discord would not show the command.

        Raises:
            CannotAskError: if the person does not see such a command or option.
        """
        name, *rest = path.split()
        guild = asking.channel.guild
        command = self._world.command_named(name, 1, guild)
        if command is None:
            raise CannotAskError(f"the bot has registered no command /{name}")
        if not hidden:
            self._check_visible(command, asking)
        known = command.get("options") or []
        data: Json = {"id": command["id"], "name": name, "type": 1}
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        inner = data
        for part in rest:
            found = next((each for each in known if each["name"] == part), None)
            if found is None or found["type"] not in {SUBCOMMAND, SUBCOMMAND_GROUP}:
                raise CannotAskError(f"/{path} is not registered")
            step: Json = {"name": part, "type": found["type"]}
            inner["options"] = [step]
            inner, known = step, found.get("options") or []
        resolved: Json = {}
        inner["options"] = self._options(known, options, focused, resolved, asking)
        if resolved:
            data["resolved"] = resolved
        return data

    def _check_visible(self, command: Json, asking: Asking) -> None:
        contexts = command.get("contexts")
        if contexts is not None and asking.context not in contexts:
            raise CannotAskError(f"/{command['name']} is not offered in this context")
        installs = command.get("integration_types") or [0]
        ways = {"guild": 0, "user": 1}
        if not {ways[way] for way in asking.installs} & set(installs):
            raise CannotAskError(f"/{command['name']} is not offered for this kind of install")
        needed = command.get("default_member_permissions")
        guild = asking.channel.guild
        if needed is None or guild is None:
            return
        granted = asking.permissions
        if granted is None:
            granted = self._world.member_permissions(asking.channel, asking.user)
        if not granted & 1 << 3 and (int(needed) == 0 or int(needed) & ~granted):
            raise CannotAskError(f"/{command['name']} is hidden from this member")

    def _options(
        self, known: list[Json], given: Json, focused: str | None, resolved: Json, asking: Asking
    ) -> list[Json]:
        unknown = set(given) - {option["name"] for option in known}
        if unknown:
            raise CannotAskError(f"no such option: {', '.join(sorted(unknown))}")
        listed: list[Json] = []
        for option in known:
            name = option["name"]
            if name not in given:
                if option.get("required") and focused is None:
                    raise CannotAskError(f"the option {name} is required")
                continue
            value = given[name]
            self._check_value(option, value, typing=focused is not None)
            if option["type"] in {6, 7, 8, 9, 11}:
                self._resolve(option["type"], int(value), resolved, asking)
                value = str(value)
            entry: Json = {"name": name, "type": option["type"], "value": value}
            if name == focused:
                entry["focused"] = True
            listed.append(entry)
        return listed

    @staticmethod
    def _check_value(option: Json, value: Any, *, typing: bool) -> None:
        if typing:
            return
        choices = option.get("choices")
        if choices and value not in [choice["value"] for choice in choices]:
            raise CannotAskError(f"{value!r} is none of the choices of {option['name']}")
        if isinstance(value, str) and option["type"] == 3:
            least, most = option.get("min_length") or 0, option.get("max_length") or 6000
            if not least <= len(value) <= most:
                raise CannotAskError(f"{option['name']} takes {least} to {most} characters")

    def _resolve(self, kind: int, value: int, resolved: Json, asking: Asking) -> None:
        world, key, guild = self._world, str(value), asking.channel.guild
        if kind in {6, 9} and value in world.users:
            resolved.setdefault("users", {})[key] = world.users[value].payload()
        elif kind in {8, 9} and guild is not None and value in guild.roles:
            resolved.setdefault("roles", {})[key] = guild.roles[value].payload()
        elif kind == 7 and value in world.channels:
            channel = world.channels[value]
            body = channel.payload()
            body["permissions"] = str(world.member_permissions(channel, asking.user))
            body["app_permissions"] = str(world.bot_permissions(channel))
            resolved.setdefault("channels", {})[key] = body
        elif kind == 11 and value in world.attachments:
            resolved.setdefault("attachments", {})[key] = world.attachments[value][0]
        else:
            raise CannotAskError(f"there is nothing with the id {value}")

    def menu_data(self, name: str, message: Json, asking: Asking, *, hidden: bool) -> Json:
        """The data of a command in a message's menu.

        Raises:
            CannotAskError: if the person does not see it.
        """
        command = self._world.command_named(name, 3, asking.channel.guild)
        if command is None:
            raise CannotAskError(f"the bot has registered no message command {name!r}")
        if not hidden:
            self._check_visible(command, asking)
        resolved = {"messages": {message["id"]: message}}
        return {
            "id": command["id"], "name": name, "type": 3,
            "target_id": message["id"], "resolved": resolved,
        }  # fmt: skip

    @staticmethod
    def component_data(
        message: Json, custom_id: str, values: list[str] | None, *, forged: bool
    ) -> Json:
        """The data of a pressed button or a chosen option.

        Raises:
            CannotAskError: if the message has no such component, or not that option.
        """
        found = next(
            (c for c in walk(message["components"]) if c.get("custom_id") == custom_id), None
        )
        if found is None and not forged:
            raise CannotAskError(f"the message has no component {custom_id!r}")
        if found is not None and found.get("disabled") and not forged:
            raise CannotAskError(f"the component {custom_id!r} is disabled")
        kind = found["type"] if found else (2 if values is None else 3)
        data: Json = {"custom_id": custom_id, "component_type": kind, "id": 0}
        if values is not None:
            offered = {option["value"] for option in (found or {}).get("options") or []}
            if kind == 3 and set(values) - offered and not forged:
                raise CannotAskError(f"the select {custom_id!r} does not offer {values}")
            data["values"] = values
        return data

    @staticmethod
    def modal_data(form: Json, fields: Json) -> Json:
        """The data of a submitted form.

        Args:
            form: what the bot showed.
            fields: the text typed, or the list chosen, by custom id; what is not named stays.

        Raises:
            CannotAskError: if the form has no such field, or it does not accept the text.
        """
        unknown = set(fields)
        rows: list[Json] = []
        for row in form["components"]:
            if row["type"] == ACTION_ROW:
                child = row["components"][0]
                rows.append({"type": ACTION_ROW, "components": [_filled(child, fields)]})
            elif row["type"] == LABEL:
                child = row["component"]
                rows.append({"type": LABEL, "component": _filled(child, fields)})
            else:
                rows.append({"type": row["type"]})
                continue
            unknown.discard(child["custom_id"])
        if unknown:
            raise CannotAskError(f"the form has no field {', '.join(sorted(unknown))}")
        return {"custom_id": form["custom_id"], "components": rows}

    # Answering

    def find(self, token: str, interaction_id: int | None = None) -> Interaction | None:
        """The interaction of a token, if it is still valid."""
        interaction = self._by_token.get(token)
        if interaction is None or (interaction_id is not None and interaction.id != interaction_id):
            return None
        return interaction

    def answer(self, interaction: Interaction, kind: int) -> None:
        """Note the first answer.

        Raises:
            DiscordError: 40060 if there was one, 10062 if it comes too late.
        """
        now = time.monotonic()
        if interaction.answered_at is not None:
            raise DiscordError.of(40060)
        if now - interaction.sent_at > self._rules.interaction_deadline:
            raise DiscordError.of(10062)
        allowed = {
            COMMAND: {MESSAGE, DEFERRED_MESSAGE, MODAL},
            AUTOCOMPLETE: {CHOICES},
            COMPONENT: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL},
            MODAL_SUBMIT: {MESSAGE, DEFERRED_MESSAGE},
        }[interaction.kind]
        if interaction.kind == MODAL_SUBMIT and interaction.source is not None:
            allowed |= {DEFERRED_UPDATE, UPDATE}
        if kind not in allowed:
            message = f"Value must be one of {sorted(allowed)}."
            errors = {"type": {"_errors": [{"code": "BASE_TYPE_CHOICES", "message": message}]}}
            raise DiscordError.of(50035, errors)

    def by_token(self, token: str) -> Interaction:
        """The interaction on whose token a webhook route is called.

        Raises:
            DiscordError: 10015 if there is none or it has no answer yet, 50027 if it is over.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.answered_at is None:
            raise DiscordError.of(10015)
        if time.monotonic() - interaction.sent_at > self._rules.interaction_life:
            raise DiscordError.of(50027)
        return interaction


def walk(components: list[Json]) -> list[Json]:
    """All components of a message, at any depth."""
    found: list[Json] = []
    for component in components:
        found.append(component)
        found += walk(component.get("components") or [])
        if component.get("accessory"):
            found.append(component["accessory"])
    return found


def _filled(component: Json, fields: Json) -> Json:
    custom_id = component["custom_id"]
    filled: Json = {"type": component["type"], "custom_id": custom_id, "id": 0}
    if component["type"] != 4:
        filled["values"] = fields.get(custom_id, _preselected(component))
        return filled
    text = fields.get(custom_id, component.get("value") or "")
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    required = component.get("required", True)
    if len(text) > most or (text and len(text) < least) or (required and not text):
        raise CannotAskError(f"the field {custom_id!r} does not accept {text[:40]!r}")
    filled["value"] = text
    return filled


def _preselected(component: Json) -> list[str]:
    return [each["value"] for each in component.get("options") or [] if each.get("default")]
