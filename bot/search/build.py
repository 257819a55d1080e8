"""Building a whole index without holding the event loop."""

import asyncio
import gc
import time
from collections.abc import Iterable

from bot.search.entry import Entry
from bot.search.index import CaseIndex


async def build(entries: Iterable[Entry]) -> CaseIndex:
    """Index entries in a thread; the caller swaps the result in with one assignment.

    Searches in flight keep the index that they started with. The garbage collector rests
    meanwhile, and the new objects are taken out of its sight afterwards: they live as long as the
    process, and walking them would hold the event loop.
    """
    index = CaseIndex()
    # Not as the thread's result: the future that holds it is frozen, too, and so never collected.
    await asyncio.to_thread(_fill, index, entries)
    return index


def _fill(index: CaseIndex, entries: Iterable[Entry]) -> None:
    gc.disable()
    try:
        for entry in entries:
            index.put(entry)
            time.sleep(0)  # a lookup that waits for the interpreter gets it now, not after 5 ms
        gc.freeze()
    finally:
        gc.enable()
