"""A long series as few points: medians of blocks of neighbours."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median_of, row_medians
from insight_lib.kernels import compiles_ahead, kernel

MOST_POINTS = 200
"""Points on which a statistic of all pairs takes a few milliseconds."""


@dataclass(frozen=True)
class Thinned:
    """A series in which each point is the median of a block of finite values.

    Attributes:
        places: (m,) where each block begins in the array that was given.
        values: (m,) the medians of their values.
        points: finite values of a block; 1 where nothing was thinned.
    """

    places: Integers
    values: Floats
    points: int


def thinned(values: Floats) -> Thinned:
    """Return the finite values of a series (n,) as at most 200 medians of equal blocks.

    The first values of what does not divide evenly are left out of the medians: at most as many as
    a block less one holds.
    """
    return Thinned(*_thinned(np.ascontiguousarray(values, np.float64), MOST_POINTS))


def thinned_steps(steps: Floats | Integers, values: Floats) -> Floats:
    """Return the medians of the steps (n,) of each block of ``thinned`` values (n,)."""
    known = np.isfinite(values)
    at = np.asarray(steps if known.all() else steps[known], np.float64)
    points = -(-at.size // MOST_POINTS) or 1
    first = at.size % points
    return at if points == 1 else row_medians(at[first:].reshape(-1, points))


@kernel
def _thinned(values: Floats, most: int) -> tuple[Integers, Floats, int]:
    places = np.flatnonzero(np.isfinite(values))
    points = max(1, -(-places.size // most))
    first = places.size % points
    blocks = places.size // points
    begins, medians = np.empty(blocks, np.int64), np.empty(blocks)
    block = np.empty(points)
    for at in range(blocks):
        begin = first + at * points
        begins[at] = places[begin]
        for place in range(points):
            block[place] = values[places[begin + place]]
        medians[at] = median_of(block)
    return begins, medians, points


@compiles_ahead
def _call_kernels() -> None:
    thinned(np.ones(1))
