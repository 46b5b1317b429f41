"""The finite points of a series, as numbers that can be squared and averaged."""

from dataclasses import replace

import numpy as np

from insight_lib.dissection.run.view import NamedSeries
from insight_lib.series.series import Series

# Larger numbers would not fit once they are squared, nor would the smallest.
_LARGEST, _SMALLEST = 1e100, 1e-100


def finite_points(one: NamedSeries) -> NamedSeries:
    """Return a series without its points that are not finite; 1e100 stands for all above it."""
    known = np.isfinite(one.series.values)
    values = np.clip(one.series.values[known], -_LARGEST, _LARGEST)
    values = np.where(np.abs(values) < _SMALLEST, 0.0, values)
    return replace(one, series=Series(one.series.steps[known], values))
