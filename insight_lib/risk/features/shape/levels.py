"""Levels of a curve over spans of its time, by medians, which noise and outliers hardly move."""

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.risk.features.measures import finite_median
from insight_lib.series.change.levels import levels

_BLOCKS = 8  # stretches between which noise is smoothed away and a course is still seen


def shares_of_time(steps: Integers) -> Floats:
    """Return the share of what was seen at each of some steps (n,), in (0, 1], rising."""
    if steps.size < 2:
        return np.ones(steps.size)
    gap = int(steps[1] - steps[0])
    past = (steps - steps[0] + max(gap, 1)).astype(np.float64)
    shares: Floats = past / past[-1]
    return shares


@kernel
def level_between(times: Floats, values: Floats, after: float, until: float) -> float:
    """Return the median of the values (n,) in (after, until] of the times (n,); NaN of none.

    The last value is part of a span that ends at 1.
    """
    first = int(np.searchsorted(times, after, side="right"))
    last = int(np.searchsorted(times, until, side="right"))
    if until >= 1:
        first, last = max(min(first, values.size - 1), 0), values.size
    return finite_median(values[first:last])


def block_levels(values: Floats) -> list[float]:
    """Return the medians of 8 stretches of as many values each; the values where they are fewer.

    Of what does not divide evenly the first values are left out.
    """
    points = values.size // _BLOCKS
    if points < 2:
        return [float(value) for value in values]
    return [float(level) for level in levels(values[values.size - points * _BLOCKS :], _BLOCKS)]


@compiles_ahead
def _call_kernels() -> None:
    level_between(np.ones(1), np.ones(1), 0.0, 1.0)
