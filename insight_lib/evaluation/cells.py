"""Neighbouring intervals of score, fine where it matters: what metrics are computed over.

A score histogram has one width; after refinement some of its buckets are split down to single
scores. Both are a list of cells in order of score, and metrics need no more than that.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.evaluation.arrays import Booleans, Floats, Integers
from insight_lib.evaluation.bucket_sums import BucketSums
from insight_lib.evaluation.kernels import find_cells
from insight_lib.evaluation.ordered_bits import KEY_BITS, key_scores
from insight_lib.evaluation.score_histogram import ScoreHistogram

GUIDE_BITS = 16


@dataclass(frozen=True, eq=False)
class Cells:
    """Intervals of score that do not overlap, in rising order, each with the sums of its rows.

    Attributes:
        low: shape (c,), the lowest order key of each cell.
        high: shape (c,), the highest order key of each cell.
        sums: Of each cell, of at least one row.
    """

    low: Integers
    high: Integers
    sums: BucketSums

    def __len__(self) -> int:
        return len(self.low)

    @classmethod
    def from_histogram(cls, histogram: ScoreHistogram) -> "Cells":
        """Return one cell for each bucket."""
        shift = KEY_BITS - histogram.prefix_bits
        low = histogram.buckets << shift
        return cls(low, low + ((1 << shift) - 1), histogram.sums)

    @property
    def open(self) -> Booleans:
        """Shape (c,): where rows of one cell may differ in score, so that their order is lost."""
        rows = self.sums.positives + self.sums.negatives
        return (self.low < self.high) & (rows > 1)

    @property
    def highest_scores(self) -> Floats:
        """Shape (c,): the highest score that falls into each cell."""
        # Key -1 is no score's: -0.0, whose bits give it, takes the key of 0.0.
        return key_scores(np.where(self.high == -1, -2, self.high))

    def find(self, keys: Integers) -> Integers:
        """Return the place of the cell that holds each order key, shape (n,); one of them must."""
        found = np.empty(keys.shape, np.int64)
        if len(keys):
            find_cells(keys, self.low, *self._guide(), found)
        return found

    def _guide(self) -> tuple[Integers, int]:
        """The cell in which each of at most 2 ** 16 equal parts of the range starts; their shift.

        A binary search over all cells misses the processor's cache at most of its steps.
        """
        lowest, highest = int(self.low[0]), int(self.high[-1])
        shift = max((highest - lowest).bit_length() - GUIDE_BITS, 0)
        parts = np.arange(lowest >> shift, (highest >> shift) + 1)
        starts = np.searchsorted(self.low, parts << shift, side="right") - 1
        return np.append(np.maximum(starts, 0), len(self.low) - 1), shift

    def replace(self, chosen: Booleans, finer: "Cells") -> "Cells":
        """The cells without the chosen ones and with finer ones of the same rows instead."""
        low = np.concatenate([self.low[~chosen], finer.low])
        high = np.concatenate([self.high[~chosen], finer.high])
        sums = self.sums.take(~chosen).concatenate(finer.sums)
        order = np.argsort(low)
        return Cells(low[order], high[order], sums.take(order))
