"""Words that only a summary or a holding has: the last tier, asked when no name answers."""

from collections.abc import Mapping, Sequence
from math import fsum

from bot.search.numbers import NumberLists, has

_LEAST = 0.8
"""The least share of a query's words, by weight, that a text has to have."""


class ProsePostings(NumberLists[int]):
    """For each stem the records whose text has it."""

    def shares(self, stems: Mapping[int, float]) -> dict[int, float]:
        """The records whose text has enough of some stems → the share by the stems' weights.

        Args:
            stems: number of each stem → its weight.
        """
        total = fsum(stems.values())
        lists = sorted(((self.get(stem), stem) for stem in stems), key=_by_length)
        # Who has none of the rarest, which weigh as much, has not enough of the others.
        found: dict[int, None] = {}
        missed = 0.0
        for records, stem in lists:
            missed += stems[stem]
            found |= dict.fromkeys(records)
            if missed > (1 - _LEAST) * total:
                break
        shares: dict[int, float] = {}
        for record in found:
            share = fsum(stems[stem] for records, stem in lists if has(records, record)) / total
            if share >= _LEAST:
                shares[record] = share
        return shares


def _by_length(found: tuple[Sequence[int], int]) -> tuple[int, int]:
    return len(found[0]), found[1]
