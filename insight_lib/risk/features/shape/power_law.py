"""The exponent of the power law through a curve."""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.measures import DECADES, ratio

_FEWEST = 5


def exponent(log_times: Floats, log_values: Floats) -> float:
    """Return the slope of a line by least squares, in [-6, 6]; NaN under five points.

    Args:
        log_times: (n,) log10 of the time.
        log_values: (n,) log10 of the values.
    """
    if log_times.size < _FEWEST:
        return math.nan
    centred = log_times - np.add.reduce(log_times) / log_times.size
    slope = ratio(float(centred @ log_values), float(centred @ centred))
    return min(max(slope, -DECADES), DECADES)
