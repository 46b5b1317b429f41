"""Split the cells that cause an error, and only those, until it is small enough.

The second of two passes: the first sums rows into coarse buckets, whose sums show what error they
may cause; the second reads the rows of those that cause too much again, and tells their scores
apart.
"""

from collections.abc import Callable

import numpy as np

from insight_lib.evaluation.arrays import Booleans, Floats, Integers, ScoredRows
from insight_lib.evaluation.bucket_sums import BucketSums
from insight_lib.evaluation.cells import Cells
from insight_lib.evaluation.kernels import SUMS, sum_by_slot
from insight_lib.evaluation.ordered_bits import KEY_BITS, order_keys
from insight_lib.evaluation.score_histogram import ScoreHistogram

FEWEST_MORE_BITS = 4
"""With fewer than 16 rows a cell, sorting them for good is cheaper than a split and another."""

SHARE_LEFT = 0.5
"""Of the tolerance, to cells that stay as they are; the rest is for the parts of the others, so
that one split is usually enough."""


def cells_to_refine(gaps: Floats, tolerance: float) -> Booleans:
    """Choose the largest gaps, if all together are above the tolerance.

    Args:
        gaps: Shape (c,), not negative.
        tolerance: Not negative; 0 chooses every gap above 0.

    Returns:
        Shape (c,), true for the chosen; the sum of the others is at most half the tolerance, or
        the tolerance where none is chosen.
    """
    rising = np.argsort(gaps, kind="stable")
    total = np.cumsum(gaps[rising])
    chosen = np.zeros(len(gaps), np.bool_)
    if len(gaps) and total[-1] > tolerance:
        chosen[rising] = total > SHARE_LEFT * tolerance
    return chosen & (gaps > 0)


def refine_until(rows: ScoredRows, cells: Cells, needed: Callable[[Cells], Booleans]) -> Cells:
    """Split cells until none is needed; this ends, at single scores if not before.

    Args:
        rows: All rows of the cells.
        cells: Cells of those rows.
        needed: Which cells to split, all of them open; asked again after each split.
    """
    keys: Integers | None = None
    while (chosen := needed(cells)).any():
        keys = order_keys(rows.scores) if keys is None else keys
        cells = refine(cells, chosen, rows, keys)
    return cells


def refine(cells: Cells, chosen: Booleans, rows: ScoredRows, keys: Integers) -> Cells:
    """Return the cells with the chosen ones split.

    Many rows a cell are summed into parts of equal width, in time linear in rows; few are sorted
    into single scores.

    Args:
        cells: Cells of some rows.
        chosen: Shape (c,), true for the cells to split, at least one, all of them open.
        rows: All rows of the chosen cells, and any others of the cells.
        keys: Shape (n,), the order keys of the rows' scores.
    """
    place = cells.find(keys)
    within = np.flatnonzero(chosen[place])
    inside = rows.take(within)
    more_bits = int(np.log2(len(within) / np.count_nonzero(chosen)))
    if more_bits < FEWEST_MORE_BITS:
        single = ScoreHistogram.from_rows(inside, KEY_BITS)
        return cells.replace(chosen, Cells.from_histogram(single))
    shift = _shifts(cells, more_bits)
    above_low = (keys[within] - cells.low[place[within]]) >> shift[place[within]]
    number = np.cumsum(chosen) - 1
    slots = (number[place[within]] << more_bits) + above_low
    sums = np.zeros((np.count_nonzero(chosen) << more_bits, SUMS))
    sum_by_slot(slots, inside.scores, inside.labels, inside.weights, sums)
    return cells.replace(chosen, _parts(cells.low[chosen], shift[chosen], more_bits, sums))


def _shifts(cells: Cells, more_bits: int) -> Integers:
    """The binary logarithm of the keys of a part of each cell; 0 where it has too few keys."""
    # A cell spans a power of two of keys, at most 2 ** 52, so float64 holds it.
    width = np.log2((cells.high - cells.low + 1).astype(np.float64)).astype(np.int64)
    return np.maximum(width - more_bits, 0)


def _parts(low: Integers, shift: Integers, more_bits: int, sums: Floats) -> Cells:
    """The occupied ones of ``2 ** more_bits`` parts of each cell, from the sums of all."""
    occupied = np.flatnonzero(sums[:, 0] + sums[:, 1])
    cell = occupied >> more_bits
    first = low[cell] + ((occupied & ((1 << more_bits) - 1)) << shift[cell])
    last = first + (np.int64(1) << shift[cell]) - 1
    return Cells(first, last, BucketSums.from_matrix(sums[occupied]))
