"""Growth of a positive series since its lowest level, on a logarithmic scale."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.series.change.levels import end_level, noise
from insight_lib.series.change.split import lasting_rise
from insight_lib.series.change.thinning import thinned

MIN_POINTS = 5
"""Fewer finite points above zero show no growth that is beyond noise."""
_LOW_SHARE = 0.1
_LOW_POINTS = 3
_NOISE_WIDTH = 3.0


@dataclass(frozen=True)
class Growth:
    """The growth of a series since it was lowest.

    Attributes:
        factor: the level at its end over the lowest level; NaN of fewer than five finite values
            above zero.
        onset_place: the last place at which it was at its lowest level, up to noise; None likewise.
        p_value: how probable so sure a rise after the lowest stretch is in noise; 1 where less than
            five points follow its begin.
    """

    factor: float
    onset_place: int | None
    p_value: float


def growth(steps: Floats | Integers, values: Floats) -> Growth:
    """Return by what factor a positive series (n,) grew since its lowest level, and since when.

    The lowest level is the lowest median of a tenth of the points, three at least. Values that are
    not above zero are left out. The rise is a trend or a shift, whichever is surer.

    Args:
        steps: (n,), which may be irregular.
        values: (n,).
    """
    positive = np.isfinite(values) & (values > 0)
    logarithms = np.log(
        np.where(positive, values, np.nan), where=positive, out=np.full(values.size, np.nan)
    )
    points = thinned(logarithms, steps)
    size = points.values.size
    if size < MIN_POINTS:
        return Growth(np.nan, None, 1.0)
    width = max(_LOW_POINTS, int(size * _LOW_SHARE))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(points.values, width), axis=1)
    start = int(np.argmin(medians))
    lowest, rest = float(medians[start]), points.values[start:]
    p_value = lasting_rise(rest).p_value if rest.size >= MIN_POINTS else 1.0
    low = np.flatnonzero(rest <= lowest + _NOISE_WIDTH * noise(points.values))
    return Growth(
        float(np.exp(end_level(logarithms) - lowest)),
        int(points.places[start + int(low[-1])]),
        min(1.0, p_value * size / width),
    )
