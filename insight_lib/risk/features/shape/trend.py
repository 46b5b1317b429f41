"""Kendall's rank correlation of values with their order."""

import math
from functools import lru_cache

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.risk.features.shape.moves import RESOLUTION

_MOST_RANKED = 64  # points of which all pairs are compared: 2,016


def kendall_tau(values: Floats) -> float:
    """Return Kendall's tau-b of values (n,) in their order; 0 of constants, NaN under 4 points."""
    if values.size < 4:
        return math.nan
    if values.size > _MOST_RANKED:
        values = values[_spread_places(values.size)]
    score, untied, pairs = _compare_pairs(np.ascontiguousarray(values, np.float64))
    return score / math.sqrt(pairs * untied) if untied else 0.0


@lru_cache(maxsize=_MOST_RANKED)
def _spread_places(size: int) -> Places:
    """Return so many places of ``size`` as are compared, from the first to the last."""
    return np.linspace(0, size - 1, _MOST_RANKED).astype(np.intp)


@kernel
def _compare_pairs(values: Floats) -> tuple[float, float, float]:
    """Return by how many more pairs rise than fall, how many do either, and how many there are."""
    score, untied, pairs = 0.0, 0.0, 0.0
    for later in range(1, values.size):
        for earlier in range(later):
            difference = values[later] - values[earlier]
            pairs += 1
            if abs(difference) > RESOLUTION:
                untied += 1
                score += 1 if difference > 0 else -1
    return score, untied, pairs


@compiles_ahead
def _call_kernels() -> None:
    _compare_pairs(np.ones(2))
