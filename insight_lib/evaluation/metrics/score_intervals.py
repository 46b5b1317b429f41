"""Neighbouring intervals of score, fine where it matters: what metrics are computed over.

A score histogram has one width; after refinement some of its buckets are split down to single
scores. Both are a list of cells in order of score, and metrics need no more than that.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.evaluation.metrics.arrays import ScoredRows, run_starts
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.kernels import SUMS, fill_guide, find_cells, sum_by_cell
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_keys import KEY_BITS, key_scores

MOST_GUIDE_BITS = 16
"""A larger guide would not stay in the processor's cache itself."""


Result = TypeVar("Result")


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

    @classmethod
    def from_rows(cls, low: Integers, high: Integers, parts: Iterable[ScoredRows]) -> "Cells":
        """Return those of the given intervals that hold rows; rows in none of them are left out.

        Args:
            low: Shape (c,), rising, the lowest order key of each interval, at least one.
            high: Shape (c,), the highest; below the next interval's lowest.
            parts: Rows, in any number of parts, of which one is held at a time.
        """
        sums = np.zeros((len(low), SUMS))
        cells = (low, high, *_guide(low, int(high[-1])))
        for rows in parts:
            sum_by_cell(rows.scores, rows.labels, rows.weights, cells, sums)
        occupied = np.flatnonzero(sums[:, 0] + sums[:, 1])
        return cls(low[occupied], high[occupied], BucketSums.from_matrix(sums[occupied]))

    @functools.cached_property
    def open(self) -> Booleans:
        """Return where rows of one cell may differ in score, so that their order is lost."""
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
            find_cells(keys, self.low, *_guide(self.low, int(self.high[-1])), found)
        return found

    def replace(self, chosen: Booleans, finer: "Cells") -> "Cells":
        """Return the cells with finer ones of the same rows in the place of the chosen ones."""
        low = np.concatenate([self.low[~chosen], finer.low])
        high = np.concatenate([self.high[~chosen], finer.high])
        sums = self.sums.take(~chosen).concatenate(finer.sums)
        # Two rising runs: a merge sort only has to merge them.
        order = np.argsort(low, kind="stable")
        return Cells(low[order], high[order], sums.take(order))


def once_for_cells(function: Callable[[Cells], Result]) -> Callable[[Cells], Result]:
    """Keep what a function returned for the last cells.

    Refining asks for what the metric is then computed from; nobody changes it.
    """
    return functools.lru_cache(maxsize=1)(function)


def merge_cells(parts: Sequence[Cells]) -> Cells:
    """Return the cells of all rows, of cells of parts of them.

    Args:
        parts: At least one; cells of different parts are the same interval or do not overlap.
    """
    low = np.concatenate([part.low for part in parts])
    high = np.concatenate([part.high for part in parts])
    sums = functools.reduce(BucketSums.concatenate, (part.sums for part in parts))
    order = np.argsort(low, kind="stable")
    low, high = low[order], high[order]
    if not len(low):
        return parts[0]
    starts = run_starts(low)
    return Cells(low[starts], high[starts], sums.take(order).add_runs(starts))


def _guide(low: Integers, highest: int) -> tuple[Integers, int]:
    """Return the cell in which each of some equal parts of the range starts, and the parts' shift.

    There are two to eight parts a cell, up to 2 ** 16: a binary search over all cells would miss
    the processor's cache at most of its steps.
    """
    lowest = int(low[0])
    bits = min(len(low).bit_length() + 2, MOST_GUIDE_BITS)
    shift = max((highest - lowest).bit_length() - bits, 0)
    guide = np.empty((highest >> shift) - (lowest >> shift) + 2, np.int64)
    fill_guide(low, shift, guide)
    return guide, shift
