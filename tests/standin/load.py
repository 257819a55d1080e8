"""A closed loop of interactions, driven and timed inside the stand-in."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from tests.standin.interactions import AUTOCOMPLETE, COMMAND, Asking, Interaction, Interactions
from tests.standin.world import Json, World

_GIVE_UP = 5.0


async def run_load(
    world: World,
    interactions: Interactions,
    asking: Asking,
    *,
    path: str,
    option: str,
    values: list[str],
    suggest: bool,
    in_flight: int,
    count: int,
    seconds: float,
) -> Json:
    """Ask again and again, each time when an earlier question was answered.

    Each question comes from another person, as a bot may slow one person down.

    Args:
        world: where the people are made.
        interactions: where the questions are sent.
        asking: where, in which language and with what permissions.
        path: of the command.
        option: its one option.
        values: what is put into it, in this order, from the start again at the end.
        suggest: ask for suggestions instead of the answer.
        in_flight: how many questions are open at once.
        count: stop after so many,
        seconds: or after this time.

    Returns:
        `sent`, `answered`, `seconds`; `milliseconds`: the time to each answer, in order; and
        `shapes`: how many answers were of each kind, as `_shape` names it.
    """
    kind = AUTOCOMPLETE if suggest else COMMAND
    focused = option if suggest else None
    people = world.crowd(20_000)
    started = time.monotonic()
    took: list[float] = []
    shapes: Counter[str] = Counter()
    sent = 0

    async def ask() -> None:
        nonlocal sent
        while sent < count and time.monotonic() - started < seconds:
            value: Any = values[sent % len(values)]
            who = replace(asking, user=people[sent % len(people)])
            sent += 1
            data = interactions.command_data(path, {option: value}, who, focused=focused)
            interaction = interactions.send(kind, data, who)
            try:
                async with asyncio.timeout(_GIVE_UP):
                    await interaction.answered.wait()
            except TimeoutError:
                shapes["unanswered"] += 1
                continue
            shapes[_shape(interaction)] += 1
            assert interaction.answered_at is not None
            took.append((interaction.answered_at - interaction.sent_at) * 1000)

    await asyncio.gather(*(ask() for _ in range(in_flight)))
    return {
        "sent": sent,
        "answered": len(took),
        "seconds": time.monotonic() - started,
        "milliseconds": took,
        "shapes": shapes,
    }


def _shape(interaction: Interaction) -> str:
    """What sort of answer it was: `choices`, `no choices`, `embed`, `private embed`, `text` …"""
    data = (interaction.callback or {}).get("data") or {}
    if "choices" in data:
        return "choices" if data["choices"] else "no choices"
    if interaction.deferred:
        return "deferred"
    shown = "embed" if data.get("embeds") else "text"
    return f"private {shown}" if interaction.ephemeral else shown
