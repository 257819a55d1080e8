"""What exists: servers, channels, roles, people, messages, commands. No I/O, no rates."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.standin.rules import Rules
from tests.standin.wire import DiscordError, Snowflakes, SpreadSnowflakes, timestamp

Json = dict[str, Any]

TEXT, DM, VOICE, GROUP_DM, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 3, 4, 5
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 10, 11, 12, 15
THREADS = {ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD}

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
MANAGE_THREADS = 1 << 34
SEND_MESSAGES_IN_THREADS = 1 << 38
USE_EXTERNAL_APPS = 1 << 50
EVERYTHING = (1 << 53) - 1
_MEMBERS = (
    VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY
    | SEND_MESSAGES_IN_THREADS | USE_EXTERNAL_APPS | 1 << 6 | 1 << 31
)  # fmt: skip


@dataclass(slots=True)
class User:
    """Somebody; `accepts_dms` is whether the bot may write to them."""

    id: int
    name: str
    bot: bool = False
    accepts_dms: bool = True

    def payload(self) -> Json:
        return {
            "id": str(self.id), "username": self.name, "global_name": None, "discriminator": "0",
            "avatar": None, "bot": self.bot, "public_flags": 0, "flags": 0,
        }  # fmt: skip


@dataclass(slots=True)
class Role:
    """A role; that of everyone has its guild's id."""

    id: int
    name: str
    permissions: int
    mentionable: bool = False
    managed: bool = False
    position: int = 0
    bot_id: int | None = None

    def payload(self) -> Json:
        colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        body: Json = {
            "id": str(self.id), "name": self.name, "color": 0, "colors": colours, "hoist": False,
            "icon": None, "unicode_emoji": None, "position": self.position,
            "permissions": str(self.permissions), "managed": self.managed,
            "mentionable": self.mentionable, "flags": 0,
        }  # fmt: skip
        if self.bot_id is not None:
            body["tags"] = {"bot_id": str(self.bot_id)}
        return body


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: int
    deny: int

    def payload(self) -> Json:
        return {
            "id": str(self.id), "type": self.kind,
            "allow": str(self.allow), "deny": str(self.deny),
        }  # fmt: skip


@dataclass(slots=True)
class Channel:
    """A channel, thread or conversation, with its messages from old to new."""

    id: int
    kind: int
    name: str
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    delay: float = 0.0
    blocked_by: int = 0
    edits_blocked_by: int = 0
    position: int = 0
    messages: dict[int, Json] = field(default_factory=dict)
    last_message: int | None = None

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    def payload(self) -> Json:
        last = str(self.last_message) if self.last_message else None
        body: Json = {"id": str(self.id), "type": self.kind, "last_message_id": last, "flags": 0}
        if self.guild is None:
            body["recipients"] = [user.payload() for user in self.recipients]
            if self.kind == GROUP_DM:
                body |= {"name": self.name, "icon": None, "owner_id": str(self.recipients[0].id)}
            return body
        body |= {
            "guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0,
            "parent_id": str(self.parent.id) if self.parent else None,
        }  # fmt: skip
        if self.is_thread:
            body |= {
                "owner_id": str(self.guild.owner.id), "message_count": len(self.messages),
                "total_message_sent": len(self.messages), "member_count": 1,
                "thread_metadata": {
                    "archived": self.archived, "locked": self.locked, "invitable": True,
                    "auto_archive_duration": 1440, "archive_timestamp": timestamp(self.id),
                },
            }  # fmt: skip
            return body
        body |= {
            "position": self.position, "topic": None, "nsfw": False,
            "permission_overwrites": [each.payload() for each in self.overwrites.values()],
        }  # fmt: skip
        if self.kind == VOICE:
            body |= {"bitrate": 64000, "user_limit": 0}
        return body


@dataclass(slots=True)
class Guild:
    """A server. `present`: the bot is in it. `in_outage`: it is, and Discord cannot show it."""

    id: int
    name: str
    owner: User
    locale: str
    roles: dict[int, Role]
    bot_role: Role
    channels: dict[int, Channel] = field(default_factory=dict)
    present: bool = True
    in_outage: bool = False
    member_roles: dict[int, set[int]] = field(default_factory=dict)
    commands: dict[int, Json] = field(default_factory=dict)
    system_channel: int | None = None

    def payload(self, bot: Json) -> Json:
        joined = timestamp(self.id)
        me = {
            "user": bot, "roles": [str(self.bot_role.id)], "joined_at": joined, "deaf": False,
            "mute": False, "flags": 0, "nick": None, "avatar": None, "premium_since": None,
            "pending": False,
        }  # fmt: skip
        system = str(self.system_channel) if self.system_channel else None
        return {
            **self.summary(), "icon": None, "splash": None, "owner_id": str(self.owner.id),
            "afk_channel_id": None, "afk_timeout": 300, "verification_level": 1,
            "default_message_notifications": 0, "explicit_content_filter": 0,
            "roles": [role.payload() for role in self.roles.values()], "emojis": [],
            "mfa_level": 0, "application_id": None, "system_channel_id": system,
            "system_channel_flags": 0, "rules_channel_id": None, "vanity_url_code": None,
            "description": None, "banner": None, "premium_tier": 0,
            "preferred_locale": self.locale, "public_updates_channel_id": None,
            "nsfw_level": 0, "premium_progress_bar_enabled": False, "stickers": [],
            "joined_at": joined, "large": False, "member_count": 2 + len(self.member_roles),
            "voice_states": [], "members": [me], "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [],
            "channels": [c.payload() for c in self.channels.values() if not c.is_thread],
            "threads": [
                c.payload() for c in self.channels.values() if c.is_thread and not c.archived
            ],
        }  # fmt: skip

    def summary(self) -> Json:
        return {"id": str(self.id), "name": self.name, "features": ["COMMUNITY"]}


class World:
    """Everything there is, and who may do what in it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.ids = Snowflakes()
        self._guild_ids = SpreadSnowflakes()
        self.bot = User(rules.application_id, "Casebook", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self._conversations: dict[int, Channel] = {}
        self.commands: dict[int, Json] = {}
        self.attachments: dict[int, tuple[Json, bytes]] = {}
        self.deleted: list[Json] = []
        self._crowd: list[User] = []
        self._nonces: dict[tuple[int, str], tuple[float, int, int]] = {}
        self._nonce_order: deque[tuple[float, tuple[int, str]]] = deque()
        self.absorbed_repeats = 0
        self._bot_payload = self.bot.payload()

    # Making things

    def add_user(self, name: str, *, accepts_dms: bool = True) -> User:
        user = User(self.ids.new(), name, accepts_dms=accepts_dms)
        self.users[user.id] = user
        return user

    def crowd(self, count: int) -> list[User]:
        """So many people, the same ones each time."""
        for number in range(len(self._crowd), count):
            self._crowd.append(self.add_user(f"person {number}"))
        return self._crowd[:count]

    def add_guild(self, name: str, *, locale: str, bot_permissions: int) -> Guild:
        guild_id = self._guild_ids.new()
        owner = self.add_user(f"owner of {name}")
        everyone = Role(guild_id, "@everyone", _MEMBERS)
        bot_role = Role(
            self.ids.new(), "Casebook", bot_permissions, managed=True, position=1,
            bot_id=self.bot.id,
        )  # fmt: skip
        roles = {everyone.id: everyone, bot_role.id: bot_role}
        guild = Guild(guild_id, name, owner, locale, roles, bot_role)
        self.guilds[guild_id] = guild
        return guild

    def add_channel(
        self, guild: Guild, name: str, kind: int = TEXT, parent: Channel | None = None
    ) -> Channel:
        channel = Channel(self.ids.new(), kind, name, guild, parent, position=len(guild.channels))
        guild.channels[channel.id] = channel
        self.channels[channel.id] = channel
        return channel

    def add_conversation(self, users: list[User], kind: int = DM) -> Channel:
        channel = Channel(self.ids.new(), kind, "", recipients=users)
        self.channels[channel.id] = channel
        if kind == DM:
            self._conversations[users[0].id] = channel
        return channel

    def conversation_with(self, user: User) -> Channel | None:
        """The direct message channel of the bot and somebody, once one was opened."""
        return self._conversations.get(user.id)

    def remove_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        if channel.guild is not None:
            channel.guild.channels.pop(channel.id, None)

    # Finding things

    def guild(self, guild_id: int) -> Guild:
        """A guild that the bot is in.

        Raises:
            DiscordError: 10004.
        """
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.present:
            raise DiscordError.of(10004)
        return guild

    def channel(self, channel_id: int, needs: int = 0) -> Channel:
        """A channel in which the bot has the permissions `needs`.

        Raises:
            DiscordError: 10003, 50001 or 50013.
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise DiscordError.of(10003)
        if channel.guild is not None:
            granted = self.bot_permissions(channel)
            if not granted & VIEW_CHANNEL:
                raise DiscordError.of(50001)
            if needs & ~granted:
                raise DiscordError.of(50013)
        return channel

    def message(self, channel: Channel, message_id: int) -> Json:
        """A message.

        Raises:
            DiscordError: 10008.
        """
        try:
            return channel.messages[message_id]
        except KeyError:
            raise DiscordError.of(10008) from None

    def present_guilds(self) -> Iterator[Guild]:
        return (guild for guild in self.guilds.values() if guild.present)

    def command_named(self, name: str, kind: int, guild: Guild | None) -> Json | None:
        """The registered command that a person in `guild` would see under a name."""
        pools = [guild.commands, self.commands] if guild else [self.commands]
        for pool in pools:
            for command in pool.values():
                if command["name"] == name and command["type"] == kind:
                    return command
        return None

    # Permissions

    def bot_permissions(self, channel: Channel) -> int:
        """What the bot may do in a channel, by Discord's order of roles and overwrites."""
        guild = channel.guild
        if guild is None:
            return EVERYTHING
        if not guild.present:
            return 0
        return self._permissions(channel, self.bot.id, {guild.bot_role.id})

    def member_permissions(self, channel: Channel, user: User) -> int:
        """What a member may do in a channel."""
        guild = channel.guild
        if guild is None or user is guild.owner:
            return EVERYTHING
        return self._permissions(channel, user.id, guild.member_roles.get(user.id, set()))

    @staticmethod
    def _permissions(channel: Channel, member: int, role_ids: set[int]) -> int:
        guild = channel.guild
        assert guild is not None
        granted = guild.roles[guild.id].permissions
        for role_id in role_ids:
            granted |= guild.roles[role_id].permissions
        if granted & ADMINISTRATOR:
            return EVERYTHING
        place = channel.parent if channel.is_thread and channel.parent else channel
        overwrites = place.overwrites
        if guild.id in overwrites:
            granted = granted & ~overwrites[guild.id].deny | overwrites[guild.id].allow
        allowed = denied = 0
        for role_id in role_ids & overwrites.keys():
            allowed |= overwrites[role_id].allow
            denied |= overwrites[role_id].deny
        granted = granted & ~denied | allowed
        if member in overwrites:
            granted = granted & ~overwrites[member].deny | overwrites[member].allow
        return granted

    # Messages

    def repeated(self, author: User, nonce: str) -> Json | None:
        """The message that its author sent with the same enforced nonce a short while ago.

        Raises:
            DiscordError: 10008 if that message is gone.
        """
        now = time.monotonic()
        while self._nonce_order and now - self._nonce_order[0][0] > self.rules.nonce_window:
            when, key = self._nonce_order.popleft()
            if key in self._nonces and self._nonces[key][0] == when:
                del self._nonces[key]
        found = self._nonces.get((author.id, nonce))
        if found is None:
            return None
        self.absorbed_repeats += 1
        channel = self.channels.get(found[1])
        if channel is None or found[2] not in channel.messages:
            raise DiscordError.of(10008)
        return channel.messages[found[2]]

    def remember_nonce(self, author: User, nonce: str, message: Json) -> None:
        now = time.monotonic()
        key = (author.id, nonce)
        self._nonces[key] = (now, int(message["channel_id"]), int(message["id"]))
        self._nonce_order.append((now, key))

    def new_message(self, channel_id: int, body: Json, author: User | None = None) -> Json:
        """A message made of a checked body; `store` puts it into its channel."""
        message_id = self.ids.new()
        mentions = _mentions(body)
        is_bot = author is None
        message: Json = {
            "id": str(message_id), "channel_id": str(channel_id), "type": 0,
            "author": self._bot_payload if is_bot else author.payload(),
            "content": (body.get("content") or "").strip(),
            "timestamp": timestamp(message_id), "edited_timestamp": None,
            "tts": bool(body.get("tts")), "pinned": False,
            "mention_everyone": mentions["everyone"],
            "mentions": [
                self.users[int(each)].payload()
                for each in mentions["users"] if int(each) in self.users
            ],
            "mention_roles": mentions["roles"],
            "attachments": body.get("attachments") or [],
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
            "components": body.get("components") or [], "flags": body.get("flags") or 0,
        }  # fmt: skip
        if is_bot:
            message["application_id"] = str(self.bot.id)
        return message

    def store(self, channel: Channel, message: Json) -> None:
        channel.last_message = int(message["id"])
        channel.messages[channel.last_message] = message
        if len(channel.messages) > self.rules.kept_messages:
            del channel.messages[next(iter(channel.messages))]

    @staticmethod
    def edit(message: Json, body: Json) -> None:
        """Change a message by what a checked body names; never pings."""
        for name in ("embeds", "components", "attachments"):
            if name in body:
                message[name] = body[name] or []
        if "embeds" in body:
            message["embeds"] = [{"type": "rich", **embed} for embed in message["embeds"]]
        if "content" in body:
            message["content"] = (body["content"] or "").strip()
        if "flags" in body and body["flags"] is not None:
            message["flags"] = message["flags"] & ~(1 << 2) | body["flags"]
        message["edited_timestamp"] = timestamp(Snowflakes().new())

    def delete_message(self, channel: Channel, message_id: int) -> None:
        self.deleted.append(channel.messages.pop(message_id))


def _mentions(body: Json) -> Json:
    """Who a new message pings: named in its text, and allowed by its sender.

    Roles that nobody may ping are the router's matter.
    """
    text = (body.get("content") or "") + _shown_text(body.get("components"))
    found: Json = {"everyone": False, "users": [], "roles": []}
    if "<@" not in text and "@everyone" not in text and "@here" not in text:
        return found
    allowed = body.get("allowed_mentions")
    if allowed is None:
        allowed = {"parse": ["everyone", "users", "roles"]}
    parse = allowed.get("parse") or []
    found["everyone"] = "everyone" in parse and ("@everyone" in text or "@here" in text)
    for name, mark in (("roles", "<@&"), ("users", "<@")):
        ids = {part.split(">")[0].lstrip("!") for part in text.split(mark)[1:]}
        ids = {each for each in ids if each.isdigit()}
        listed = {str(each) for each in allowed.get(name) or []}
        pinged = ids if name in parse else ids & listed
        found[name] = sorted(pinged)
    return found


def _shown_text(components: Any) -> str:
    """The text of Components V2, which pings as content does."""
    texts: list[str] = []
    for component in components or []:
        texts.append(component.get("content") or "")
        texts.append(_shown_text(component.get("components")))
    return " ".join(texts).strip()
