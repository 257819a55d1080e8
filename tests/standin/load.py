"""A closed loop of interactions, driven and timed inside the stand-in."""

import asyncio
import time
from typing import Any

from tests.standin.interactions import AUTOCOMPLETE, COMMAND, Asking, Interactions
from tests.standin.world import Json

_GIVE_UP = 5.0


async def run_load(
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

    Args:
        interactions: where they are sent.
        asking: who asks.
        path: of the command.
        option: its one option.
        values: what is put into it, in this order, from the start again at the end.
        suggest: ask for suggestions instead of the answer.
        in_flight: how many questions are open at once.
        count: stop after so many,
        seconds: or after this time.

    Returns:
        `sent`, `answered`, `seconds`, and `milliseconds`: the time to each answer, in order.
    """
    kind = AUTOCOMPLETE if suggest else COMMAND
    focused = option if suggest else None
    started = time.monotonic()
    took: list[float] = []
    sent = 0

    async def ask() -> None:
        nonlocal sent
        while sent < count and time.monotonic() - started < seconds:
            value: Any = values[sent % len(values)]
            sent += 1
            data = interactions.command_data(path, {option: value}, asking, focused=focused)
            interaction = interactions.send(kind, data, asking)
            try:
                async with asyncio.timeout(_GIVE_UP):
                    await interaction.answered.wait()
            except TimeoutError:
                continue
            assert interaction.answered_at is not None
            took.append((interaction.answered_at - interaction.sent_at) * 1000)

    await asyncio.gather(*(ask() for _ in range(in_flight)))
    return {
        "sent": sent, "answered": len(took), "seconds": time.monotonic() - started,
        "milliseconds": took,
    }  # fmt: skip
