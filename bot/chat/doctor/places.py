"""What the bot can do in the channels that a server subscribed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import discord

from bot.chat.permissions import may_ping_in, missing_in, names_of
from bot.domain.deliveries import Subscription, SubscriptionState
from bot.domain.doctor import Place, RoleFacts


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel or thread as Discord has it, with the bot's permissions there."""

    name: str
    permissions: discord.Permissions
    is_thread: bool = False


Names = Callable[[discord.Role | int], str]
"""How the reader is to see a role, or the id of one that is no more."""


def by_channel(subscriptions: Iterable[Subscription]) -> dict[int, list[Subscription]]:
    """Subscriptions by their channels, in order."""
    found: dict[int, list[Subscription]] = {}
    for one in subscriptions:
        found.setdefault(one.target.id, []).append(one)
    return found


def place_of(
    name: str,
    spot: Spot | None,
    there: Iterable[Subscription],
    guild: discord.Guild,
    names: Names,
) -> Place:
    """What an examination is to know of one channel.

    Args:
        name: of the channel, where Discord does not tell.
        spot: the channel; `None` if it is no more.
        there: its subscriptions.
        guild: its server, with roles.
        names: how the reader is to see a role.
    """
    there = list(there)
    by_state = {state: [one for one in there if one.state is state] for state in SubscriptionState}
    broken = [one.code for one in by_state[SubscriptionState.BROKEN]]
    failing = [one.code for one in by_state[SubscriptionState.ACTIVE] if one.code]
    paused = len(by_state[SubscriptionState.PAUSED])
    wanted = [one for one in there if one.state is not SubscriptionState.PAUSED]
    if spot is None:
        return Place(name, there=not wanted, broken=_first(broken), paused=paused)
    missing = missing_in(spot.permissions, thread=spot.is_thread) if wanted else []
    return Place(
        name=spot.name,
        missing=tuple(names_of(missing)),
        reads_history=not wanted or spot.permissions.read_message_history,
        roles=tuple(
            _role(number, spot, guild, names)
            for number in sorted({one.role for one in wanted if one.role})
        ),
        broken=_first(broken),
        failing=_first(failing),
        paused=paused,
    )


def _role(number: int, spot: Spot, guild: discord.Guild, names: Names) -> RoleFacts:
    role = guild.get_role(number)
    if role is None:
        return RoleFacts(names(number), there=False, heard=False)
    return RoleFacts(names(role), there=True, heard=may_ping_in(spot.permissions, role))


def _first(codes: list[int]) -> int | None:
    return codes[0] if codes else None
