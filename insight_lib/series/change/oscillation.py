"""How much a series swings around its way, and how regularly."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.series.change.autocorrelation import first_autocorrelation
from insight_lib.series.change.levels import NORMAL_MAD

MIN_POINTS = 5
"""Fewer finite points do not show whether a series swings."""
_POINTS_PER_LEVEL = 6
_MOST_LEVELS = 20


@dataclass(frozen=True)
class Oscillation:
    """The swings of a series around the smooth way that it goes; all NaN of fewer than five points.

    Attributes:
        turns: the share of inner points that are higher, or lower, than both neighbours. It is 2/3
            in independent noise (Bienayme, 1874), 1 where every step overshoots, near 0 on a smooth
            curve.
        amplitude: the typical distance from the way, as one standard deviation of a normal
            distribution, relative to the absolute level; infinite around a level of 0.
        autocorrelation: of neighbouring distances from the way: -1 where every step overshoots, 0
            in independent noise, near 1 for slow swings. Half of von Neumann's ratio (*Distribution
            of the ratio of the mean square successive difference to the variance*, Annals of
            Mathematical Statistics 12, 1941) is 1 less this; 0 where there are no swings.
    """

    turns: float
    amplitude: float
    autocorrelation: float


def oscillation(values: Floats) -> Oscillation:
    """Return how much and how regularly a series (n,) swings around its way.

    The way joins the medians of up to 20 equal stretches of six points or more by straight lines.
    """
    finite = values[np.isfinite(values)].astype(float)
    if finite.size < MIN_POINTS:
        return Oscillation(np.nan, np.nan, np.nan)
    rest = finite - _way(finite)
    spread = NORMAL_MAD * median(np.abs(rest))
    level = abs(median(finite))
    around = spread / level if level else np.inf
    amplitude = around if spread else 0.0
    signs = np.sign(np.diff(finite))
    turns = float((signs[1:] * signs[:-1] < 0).mean())
    return Oscillation(turns, amplitude, first_autocorrelation(rest))


def _way(values: Floats) -> Floats:
    """Return the smooth way (n,) of values.

    Means of neighbours are taken first, so that overshooting at every step leaves nothing in it.
    """
    means = (values[1:] + values[:-1]) / 2
    parts = max(1, min(_MOST_LEVELS, means.size // _POINTS_PER_LEVEL))
    stretches = np.array_split(np.arange(means.size), parts)
    middles = [float(places.mean()) + 0.5 for places in stretches]
    medians = [median(means[places]) for places in stretches]
    way: Floats = np.interp(np.arange(values.size), middles, medians)
    return way
