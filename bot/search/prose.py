"""Words that only a summary or a holding has: the last tier, asked when no name answers."""

from collections.abc import Iterable, Mapping
from math import fsum

import numpy as np

from bot.search.document import Document
from bot.search.slots import SlotLists

_LEAST = 0.8
"""The least share of a query's words, by weight, that a text has to have."""


def share_by_document(
    stems: Mapping[int, float], documents: Iterable[Document]
) -> dict[Document, float]:
    """The documents whose text has enough of the stems → the share by the stems' weights."""
    total = fsum(stems.values())
    shares: dict[Document, float] = {}
    for document in documents:
        present = set(memoryview(document.stems).cast("i"))
        share = sum(weight for stem, weight in stems.items() if stem in present) / total
        if share >= _LEAST:
            shares[document] = share
    return shares


class ProsePostings(SlotLists[int]):
    """For each stem the slots of the records whose text has it."""

    def shares(self, stems: Mapping[int, float], size: int) -> dict[int, float]:
        """The slots below `size` whose text has enough of the stems → the share by weight."""
        scores = np.zeros(size)
        for stem, weight in stems.items():
            if stem in self:
                scores[self[stem]] += weight
        scores /= fsum(stems.values())
        return {slot: float(scores[slot]) for slot in np.flatnonzero(scores >= _LEAST).tolist()}
