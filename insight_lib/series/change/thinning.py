"""A long series as few points: medians of blocks of neighbours."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import row_medians

MOST_POINTS = 200
"""Points on which a statistic of all pairs takes a few milliseconds."""


@dataclass(frozen=True)
class Thinned:
    """A series in which each point is the median of a block of finite values.

    Attributes:
        places: (m,) where each block begins in the array that was given.
        steps: (m,) the medians of the blocks' steps.
        values: (m,) the medians of their values.
        points: finite values of a block; 1 where nothing was thinned.
    """

    places: Integers
    steps: Floats
    values: Floats
    points: int


def thinned(values: Floats, steps: Floats | Integers | None = None) -> Thinned:
    """Return the finite values of a series as at most 200 medians of equal blocks.

    The first values of what does not divide evenly are left out of the medians: at most as many as
    a block less one holds.

    Args:
        values: (n,) of which the finite ones count.
        steps: (n,) at which they were written; their places where there are none.
    """
    places = np.flatnonzero(np.isfinite(values))
    at = places if steps is None else np.asarray(steps)[places]
    points = -(-places.size // MOST_POINTS) or 1
    first = places.size % points
    return Thinned(
        places[first::points].astype(np.int64),
        _medians(at[first:].astype(float), points),
        _medians(np.asarray(values, dtype=float)[places[first:]], points),
        points,
    )


def _medians(values: Floats, points: int) -> Floats:
    medians: Floats = values if points == 1 else row_medians(values.reshape(-1, points))
    return medians
