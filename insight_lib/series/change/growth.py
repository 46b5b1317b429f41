"""Growth of a positive series since its lowest level, on a logarithmic scale."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.series.change.levels import end_level, highest_stretch, noise
from insight_lib.series.change.split import lasting_rise
from insight_lib.series.change.thinning import thinned

MIN_POINTS = 5
"""Fewer finite points above zero show no growth that is beyond noise."""
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


def growth(values: Floats) -> Growth:
    """Return by what factor a positive series (n,) grew since its lowest level, and since when.

    The lowest level is the lowest median of a tenth of the points, three at least. Values that are
    not above zero are left out. The rise is a trend or a shift, whichever is surer.
    """
    logarithms = np.full(values.size, np.nan)
    np.log(values, where=np.isfinite(values) & (values > 0), out=logarithms)
    points = thinned(logarithms)
    size = points.values.size
    if size < MIN_POINTS:
        return Growth(np.nan, None, 1.0)
    low = highest_stretch(-points.values)
    lowest, rest = median(points.values[low]), points.values[low.start :]
    p_value = lasting_rise(rest).p_value if rest.size >= MIN_POINTS else 1.0
    within = np.flatnonzero(rest <= lowest + _NOISE_WIDTH * noise(points.values))
    return Growth(
        float(np.exp(end_level(logarithms) - lowest)),
        int(points.places[low.start + int(within[-1])]),
        # The lowest stretch is chosen out of so many that do not overlap.
        min(1.0, p_value * size / (low.stop - low.start)),
    )
