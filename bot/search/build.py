"""Building a whole index without holding the event loop."""

import asyncio
import gc
from collections.abc import Iterable

from bot.search.entry import Entry
from bot.search.index import CaseIndex


async def build(entries: Iterable[Entry]) -> CaseIndex:
    """Index entries in a thread; the caller swaps the result in with one assignment.

    Searches in flight keep the index that they started with. Afterwards the new objects are
    taken out of the garbage collector's sight: they live as long as the process, and walking
    them would hold the event loop.
    """
    return await asyncio.to_thread(_build, entries)


def _build(entries: Iterable[Entry]) -> CaseIndex:
    index = CaseIndex()
    for entry in entries:
        index.put(entry)
    gc.collect()
    gc.freeze()
    return index
