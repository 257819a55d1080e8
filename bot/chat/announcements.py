"""What /announcements does, and the buttons below announcements in a server."""

import datetime as dt
from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.interactions import Interaction, channel_text, own_text, say
from bot.chat.permissions import may_ping, may_read_history, missing_to_post, names_of
from bot.chat.render.announcement import (
    message_of,
    news_message,
    told_line,
    wish_name,
    with_roles,
)
from bot.chat.render.markup import escape_line
from bot.chat.views.announcement import (
    MissedButton,
    SampleButton,
    news_view,
)
from bot.chat.views.items import Components
from bot.domain.announcements import (
    Lane,
    News,
    NewsKind,
    Target,
    Wish,
    leading_place,
    reference,
)
from bot.domain.deliveries import DeliveryState, Subscription, SubscriptionState
from bot.domain.records import PUBLIC
from bot.services.announcements.newsroom import Newsroom
from bot.services.announcements.sending import Done, Refused
from bot.services.subscriptions import TooManyError
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.sender import DiscordSender

_MISSED_SHOWN = 15


class Announcing:
    """Answers about a server's subscriptions. Everything is for whoever asked alone.

    Attributes:
        sender: posts samples; `None` before the bot is connected.
    """

    def __init__(self, newsroom: Newsroom) -> None:
        self.sender: DiscordSender | None = None
        self._announcements = newsroom.announcements
        self._subscriptions = newsroom.subscriptions
        self._outbox = newsroom.outbox
        self._catalogue = newsroom.catalogue
        self._access = newsroom.access

    async def is_editor(self, interaction: Interaction) -> bool:
        """Whether somebody keeps this server's announcements: its editors do."""
        return await self._access.is_editor(actor_of(interaction))

    # Subscribing

    async def subscribe(
        self, interaction: Interaction, channel: int, wish: Wish, role: discord.Role | None
    ) -> None:
        """Let a channel hear of something, if the bot can post there."""
        text, guild = own_text(interaction), _guild_of(interaction)
        if role is not None and role.is_default():
            await say(interaction, text.never_everyone)
            return
        place = guild.get_channel_or_thread(channel)
        if place is None:
            await say(interaction, text.unknown_channel(f"<#{channel}>"))
            return
        missing = missing_to_post(place)
        if missing:
            await say(interaction, text.missing_permissions(place.mention, names_of(missing)))
            return
        target = Target(Lane.CHANNEL, place.id, guild.id)
        try:
            made = await self._subscriptions.subscribe(
                target, wish, person=interaction.user.id, role=role.id if role else 0
            )
        except TooManyError:
            await say(interaction, text.too_many_subscriptions)
            return
        sentences = [text.subscribed(place.mention, wish_name(wish, text))]
        if role is not None and not may_ping(role, place):
            sentences.append(text.cannot_ping(role.mention))
        if not may_read_history(place):
            sentences.append(text.cannot_see_history(place.mention))
        view = Components()
        view.add_item(SampleButton.of(made.number, text))
        await say(interaction, "\n".join(sentences), view)

    async def post_sample(self, interaction: Interaction, number: int) -> None:
        """Post what a subscription's channel would get, marked as a sample."""
        text = own_text(interaction)
        chosen = await self._one(interaction, number)
        if chosen is None:
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        news = self._example(chosen)
        if news is None or self.sender is None:
            await interaction.followup.send(text.nothing_to_preview, ephemeral=True)
            return
        roles = [chosen.role] if chosen.role else []
        message = news_message(news, channel_text(interaction))
        answer = await self.sender.sample(chosen.target.id, message, roles)
        if isinstance(answer, Done):
            sentence = text.sample_posted
        else:
            code = answer.code if isinstance(answer, Refused) else 0
            sentence = text.sample_failed(text.failure(code))
        await interaction.followup.send(sentence, ephemeral=True)

    # Looking

    async def choices(self, interaction: Interaction, typed: str) -> list[tuple[str, int]]:
        """A server's subscriptions as suggestions: what to read, and the number."""
        text, guild = own_text(interaction), interaction.guild
        if guild is None or not await self.is_editor(interaction):
            return []
        found: list[tuple[str, int]] = []
        for one in await self._subscriptions.of_guild(guild.id):
            place = guild.get_channel_or_thread(one.target.id)
            name = f"#{place.name if place else one.target.id}: {self._wish(one, text)}"
            if one.state is not SubscriptionState.ACTIVE:
                name += f" ({text.paused})"
            if typed.casefold() in name.casefold():
                found.append((limits.cut(name, limits.CHOICE_NAME), one.number))
        return found[: limits.CHOICES]

    async def list_all(self, interaction: Interaction) -> None:
        """Say what is announced where."""
        text = own_text(interaction)
        there = await self._subscriptions.of_guild(_guild_of(interaction).id)
        lines = [self._line(one, text) for one in there]
        shown, _ = limits.list_within(lines, "\n", limits.CONTENT, len(lines), text.more)
        await say(interaction, shown or text.no_subscriptions)

    async def preview(self, interaction: Interaction, number: int) -> None:
        """Show exactly what a channel gets, to the one who asks."""
        text = own_text(interaction)
        chosen = await self._one(interaction, number)
        if chosen is None:
            return
        there = await self._subscriptions.of_guild(chosen.target.guild)
        beside = [one for one in there if one.target.id == chosen.target.id]
        told = await self._subscriptions.latest_for([chosen])
        message = None
        if told is not None:
            message = message_of(told, channel_text(interaction))
        elif (news := self._example(chosen)) is not None:
            message = news_message(news, channel_text(interaction))
        if message is None:
            await say(interaction, text.nothing_to_preview)
            return
        news = told.news if told is not None else self._example(chosen)
        roles = sorted({one.role for one in beside if news and one.wish.wants(news)} - {0})
        content = f"{text.preview(f'<#{chosen.target.id}>')}\n{with_roles(message.content, roles)}"
        await interaction.response.send_message(
            limits.cut(content, limits.CONTENT),
            embed=message.embed,
            view=news_view(message, Lane.CHANNEL, text),
            ephemeral=True,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def status(self, interaction: Interaction) -> None:
        """Say what arrived, what waits and what failed, and why."""
        text = own_text(interaction)
        guild = _guild_of(interaction).id
        found = await self._announcements.status(guild)
        counts, last = found.tally.counts, found.tally.last_success
        waiting = counts.get(DeliveryState.WAITING, 0) + counts.get(DeliveryState.SENDING, 0)
        parts = [
            text.delivery_status(
                counts.get(DeliveryState.SENT, 0),
                waiting,
                counts.get(DeliveryState.FAILED, 0),
                counts.get(DeliveryState.UNCONFIRMED, 0),
                discord.utils.format_dt(last, "R") if last else "",
            )
        ]
        for failure in found.failures:
            reason = text.failure(failure.code) if failure.code else text.unconfirmed
            if failure.state is DeliveryState.UNCONFIRMED:
                reason = text.unconfirmed
            elif failure.state is DeliveryState.WAITING:
                reason = f"{reason}; {text.will_be_tried}"
            name = reference(failure.announcement)
            parts.append(text.failure_line(name, f"<#{failure.target.id}>", reason))
        broken = [
            self._line(one, text)
            for one in await self._subscriptions.of_guild(guild)
            if one.state is SubscriptionState.BROKEN
        ]
        parts += broken
        if self._outbox.halted:
            parts.append(text.halted)
        elif resting := self._outbox.resting_for():
            parts.append(text.resting(round(resting) or 1))
        shown, _ = limits.list_within(parts, "\n", limits.CONTENT, len(parts), text.more)
        await say(interaction, shown)

    # Pausing and ending

    async def pause(self, interaction: Interaction, number: int) -> None:
        """Let a subscription hear of nothing for a while."""
        text = own_text(interaction)
        done = await self._subscriptions.pause([number], _server(interaction))
        await say(interaction, text.paused_now(len(done)) if done else text.unknown_subscription)

    async def resume(self, interaction: Interaction, number: int) -> None:
        """Let a subscription hear of what comes from now on, and offer a list of what it missed."""
        text = own_text(interaction)
        chosen = await self._one(interaction, number)
        if chosen is None:
            return
        done = await self._subscriptions.resume([number], _server(interaction))
        if not done:
            await say(interaction, text.not_paused)
            return
        since = chosen.paused_at or chosen.made_at
        missed = await self._subscriptions.missed(done, since)
        view = Components()
        if missed:
            view.add_item(MissedButton.of(chosen.number, int(since.timestamp()), text))
        await say(interaction, text.resumed_now(len(done), len(missed)), view)

    async def list_missed(self, interaction: Interaction, number: int, since: int) -> None:
        """List what went out while a subscription was paused."""
        text = own_text(interaction)
        if not await self.is_editor(interaction):
            await say(interaction, text.not_allowed)
            return
        chosen = await self._one(interaction, number)
        if chosen is None:
            return
        beginning = dt.datetime.fromtimestamp(since, dt.UTC)
        missed = await self._subscriptions.missed([chosen], beginning)
        lines = [told_line(each, text) for each in missed]
        shown, _ = limits.list_within(lines, "\n", limits.CONTENT - 100, _MISSED_SHOWN, text.more)
        await say(interaction, text.missed_list(shown) if shown else text.nothing_missed)

    async def unsubscribe(self, interaction: Interaction, number: int) -> None:
        """End a subscription."""
        text = own_text(interaction)
        done = await self._subscriptions.end([number], _server(interaction))
        sentence = text.unsubscribed_now(len(done)) if done else text.unknown_subscription
        await say(interaction, sentence)

    async def stop(self, interaction: Interaction, number: int) -> None:
        """End the subscriptions because of which an announcement is in this channel."""
        text = own_text(interaction)
        if not await self.is_editor(interaction):
            await say(interaction, text.only_editors_stop)
            return
        told = await self._announcements.get(number)
        target = Target(Lane.CHANNEL, interaction.channel_id or 0, interaction.guild_id or 0)
        wanting = await self._subscriptions.wanting(target, told) if told else []
        done = await self._subscriptions.end((one.number for one in wanting), target)
        await say(interaction, text.unsubscribed_now(len(done)))

    # Helpers

    async def _one(self, interaction: Interaction, number: int) -> Subscription | None:
        """One of this server's subscriptions; says so if there is no such."""
        there = await self._subscriptions.of_guild(interaction.guild_id or 0)
        chosen = next((one for one in there if one.number == number), None)
        if chosen is None or not await self.is_editor(interaction):
            await say(interaction, own_text(interaction).unknown_subscription)
            return None
        return chosen

    def _example(self, chosen: Subscription) -> News | None:
        """A case of the catalogue that a subscription would hear of, as if it were new."""
        scope = chosen.target.guild
        kind = NewsKind(chosen.wish.kind) if chosen.wish.kind else NewsKind.NEW_RULING
        records = [*self._catalogue.records(scope), *self._catalogue.records(PUBLIC)]
        hidden = self._catalogue.hidden(scope)
        for record in records:
            case = record.case()
            place = leading_place(case)
            news = News(kind, record.id, record.scope, record.revision, case, place)
            if record.id not in hidden and chosen.wish.wants(news):
                return news
        return None

    def _wish(self, one: Subscription, text: English) -> str:
        record = self._catalogue.get(one.wish.case_id, one.target.guild)
        return wish_name(one.wish, text, record.case().title if record else "")

    def _line(self, one: Subscription, text: English) -> str:
        state = ""
        if one.state is not SubscriptionState.ACTIVE:
            reason = text.failure(one.code) if one.code else ""
            when = discord.utils.format_dt(one.paused_at, "R") if one.paused_at else ""
            state = text.paused_since(when, reason)
        role = f"<@&{one.role}>" if one.role else ""
        wish = escape_line(self._wish(one, text))
        return text.subscription_line(f"<#{one.target.id}>", wish, role, state)


def _guild_of(interaction: Interaction) -> discord.Guild:
    guild = interaction.guild
    if guild is None:
        raise discord.app_commands.NoPrivateMessage
    return guild


def _server(interaction: Interaction) -> Target:
    """This server, as the owner of its subscriptions."""
    return Target(Lane.CHANNEL, 0, interaction.guild_id or 0)
