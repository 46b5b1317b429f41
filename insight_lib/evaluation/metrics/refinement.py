"""Split the cells that cause an error, and only those, until it is small enough.

The second of two passes: the first sums rows into coarse buckets, whose sums show what error they
may cause; the second reads the rows of those that cause too much again, and tells their scores
apart. Where all rows are at hand, cells are split at the scores of their positives: what lies
between two of those holds negatives only, whose order among themselves no ranking metric sees, so
one split makes a metric exact. Rows that are spread over tasks are summed into parts of equal
width, which needs to know no other task's rows.
"""

from collections.abc import Callable

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.evaluation.metrics.arrays import ScoredRows, run_starts
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_keys import order_keys

MOST_PARTS = 1 << 20
"""Cells of one split: 60 MB of sums, whatever the number of rows."""

MOST_POINTS = 1 << 18
"""Scores at which one split may cut; more are first separated by parts of equal width."""

SHARE_LEFT = 0.5
"""Of the tolerance, to cells that stay as they are; the rest is for the parts of the others, so
that one split is usually enough."""

Intervals = tuple[Integers, Integers]
"""The lowest and the highest order key of each interval, in rising order."""

Split = Callable[[Cells, Booleans], Cells]
"""Cells, and which to split, to the same with finer ones in the place of those; to the very cells
where that cannot be done."""


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


def refine_by(split: Split, cells: Cells, needed: Callable[[Cells], Booleans]) -> Cells:
    """Split cells until none is needed, or until ``split`` returns them as they are.

    Where all rows are at hand this ends at single scores if not before. ``needed`` says which cells
    to split, all of them open and of both classes; it is asked again after each split. Should the
    rows not be those that were summed, the bounds stay as wide as they are, and true.
    """
    while (chosen := needed(cells)).any():
        finer = split(cells, chosen)
        if finer is cells or _rows(finer) != _rows(cells):
            break
        cells = finer
    return cells


def _rows(cells: Cells) -> tuple[int, int]:
    return int(cells.sums.positives.sum()), int(cells.sums.negatives.sum())


def splitter(rows: ScoredRows) -> Split:
    """Return how cells are split where all of their rows are at hand."""

    def split(cells: Cells, chosen: Booleans) -> Cells:
        points = _points(cells, chosen, rows)
        intervals = (cells.low[chosen], cells.high[chosen])
        if len(points) > MOST_POINTS:
            finer = equal_parts(intervals, MOST_PARTS)
        else:
            finer = parts_between(intervals, points)
        return cells.replace(chosen, Cells.from_rows(*finer, [rows]))

    return split


def parts_between(intervals: Intervals, points: Integers) -> Intervals:
    """Cut intervals so that each point is an interval of its own.

    Args:
        intervals: Of at least one order key each.
        points: Rising, each in one of the intervals.
    """
    low, high = intervals
    # Three rising runs: a merge sort only has to merge them.
    every = np.sort(np.concatenate([low, points, points + 1]), kind="stable")
    starts = every[run_starts(every)]
    place = np.searchsorted(low, starts, side="right") - 1
    # Behind a point that ends its interval nothing is left to cut.
    inside = starts <= high[place]
    starts, ends = starts[inside], high[place[inside]]
    return starts, np.minimum(np.append(starts[1:] - 1, ends[-1]), ends)


def equal_parts(intervals: Intervals, most: int) -> Intervals:
    """Cut each interval into about as many parts of equal width, at least two if it has two keys.

    Args:
        intervals: Of at least one order key each.
        most: How many parts there should be at most, of all intervals together.
    """
    low, high = intervals
    bits = max(int(np.log2(most / len(low))), 1)
    # An interval of 12 bits or more spans at most 2 ** 52 keys.
    width = np.maximum((high - low + 1) >> bits, 1)
    counts = -(-(high - low + 1) // width)
    first = np.cumsum(counts) - counts
    number = np.arange(counts.sum()) - np.repeat(first, counts)
    starts = np.repeat(low, counts) + number * np.repeat(width, counts)
    return starts, np.minimum(starts + np.repeat(width, counts) - 1, np.repeat(high, counts))


def _points(cells: Cells, chosen: Booleans, rows: ScoredRows) -> Integers:
    """Return the distinct order keys of the positives in the chosen cells, rising."""
    keys = order_keys(rows.scores[rows.labels])
    keys = np.sort(keys[chosen[cells.find(keys)]])
    return keys[run_starts(keys)]
