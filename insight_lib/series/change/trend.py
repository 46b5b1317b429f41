"""Trend of a series: the slope of Theil and Sen, and how surely there is one.

The slope is the median of those of all pairs of points (Theil, *A rank-invariant method of linear
and polynomial regression analysis*, 1950; Sen, Journal of the American Statistical Association 63,
1968). Its significance is that of Mann (Econometrica 13, 1945) and Kendall (*Rank correlation
methods*, 1948), whose variance is widened for autocorrelated noise as Hamed and Rao do (*A modified
Mann-Kendall trend test for autocorrelated data*, Journal of Hydrology 204, 1998), with the
autocorrelations of `autocorrelation.py` in place of the significant ones alone: on 200 points of a
first-order autoregression of 0.9 the latter find a trend at 5 % in 28 % of the series.

Around a smooth curve the residuals are as autocorrelated as slow noise is. That nearly all
differences have one sign then shows that it is a trend (Moore and Wallis, *Time series significance
tests based on signs of differences*, Journal of the American Statistical Association 38, 1943);
their number varies as much in a random walk, and less in any stationary autoregression.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.series.change.autocorrelation import variance_factor
from insight_lib.series.change.significance import normal_tails, ranks
from insight_lib.series.change.thinning import thinned, thinned_steps

MIN_POINTS = 4
"""Fewer finite points have no trend that is beyond noise."""
# Of fewer residuals the bend of a curve cannot be distinguished from autocorrelation.
_LEAST_CORRELATED = 10
_DIGITS = 9
# Series of one run have few lengths.
_KEPT_SIZES = 32


@dataclass(frozen=True)
class Trend:
    """A monotonic trend.

    Attributes:
        slope: per step, the median of all pairs' slopes; NaN of fewer than four finite points, or
            where no step is later than another.
        change: from the first step to the last along that slope.
        tau: Kendall's tau-b, -1 to 1; 0 of constant values.
        p_value: how probable so much trend is in noise without any; 1 of constant values or of
            fewer than four finite points.
    """

    slope: float
    change: float
    tau: float
    p_value: float


def trend(steps: Floats | Integers, values: Floats) -> Trend:
    """Return the trend of a series (n,) over its steps (n,), which may be irregular.

    More than 200 finite points are replaced by the medians of equal blocks: their slope is close to
    that of all pairs, and noise that is correlated over few points no longer is.
    """
    points = thinned(values)
    if points.values.size < MIN_POINTS:
        return Trend(np.nan, np.nan, np.nan, 1.0)
    at = thinned_steps(steps, values)
    slope = _theil_sen(at, points.values)
    past = at - at[0]
    line = slope * past if np.isfinite(slope) else np.zeros(past.size)
    tau, by_pairs = _mann_kendall(points.values, line)
    p_value = min(by_pairs, 2 * _difference_signs(points.values))
    return Trend(slope, float(slope * past[-1]), tau, p_value)


def _theil_sen(steps: Floats, values: Floats) -> float:
    """Return the median slope of all pairs of points; NaN where no two steps differ."""
    return median(_slopes(steps, values))


@kernel
def _slopes(steps: Floats, values: Floats) -> Floats:
    """Return the slope of each pair of points of which the second is later."""
    slopes = np.empty(steps.size * (steps.size - 1) // 2)
    count = 0
    for first in range(steps.size):
        for second in range(first + 1, steps.size):
            apart = steps[second] - steps[first]
            if apart > 0:
                slopes[count] = (values[second] - values[first]) / apart
                count += 1
    return slopes[:count]


def _mann_kendall(values: Floats, line: Floats) -> tuple[float, float]:
    """Return Kendall's tau of values (n,) in their order, and its significance.

    Args:
        values: (n,).
        line: (n,) their trend, which is removed before the autocorrelation is taken.
    """
    size = values.size
    score, tied, correction = _count_pairs(values)
    pairs = size * (size - 1) / 2
    if tied == pairs:
        return 0.0, 1.0
    variance = (size * (size - 1) * (2 * size + 5) - correction) / 18
    if size >= _LEAST_CORRELATED:
        residuals = ranks(_without_rounding(values - line))
        variance *= variance_factor(residuals, _hamed_rao_weights(size))
    z = max(abs(score) - 1, 0) / np.sqrt(variance)
    return float(score / np.sqrt(pairs * (pairs - tied))), normal_tails(z)


@kernel
def _count_pairs(values: Floats) -> tuple[float, float, float]:
    """Return Kendall's score of values, their tied pairs, and what ties take off its variance.

    The variance is that times 18.
    """
    score = 0.0
    for first in range(values.size):
        for second in range(first + 1, values.size):
            score += np.sign(values[second] - values[first])
    ordered = np.sort(values)
    tied, correction = 0.0, 0.0
    stop = 0
    while stop < values.size:
        start, stop = stop, stop + 1
        while stop < values.size and ordered[stop] == ordered[start]:
            stop += 1
        same = float(stop - start)
        tied += same * (same - 1) / 2
        correction += same * (same - 1) * (2 * same + 5)
    return score, tied, correction


def _difference_signs(values: Floats) -> float:
    """Return how probable it is that so many of the values' differences have one sign by chance."""
    rises, falls = _count_moves(values)
    moved = rises + falls
    return normal_tails(max(abs(rises - falls) - 1, 0) / np.sqrt(moved)) if moved else 1.0


@kernel
def _count_moves(values: Floats) -> tuple[int, int]:
    """Return how many values lie above the one before them, and how many below."""
    rises, falls = 0, 0
    for place in range(1, values.size):
        if values[place] > values[place - 1]:
            rises += 1
        elif values[place] < values[place - 1]:
            falls += 1
    return rises, falls


def _without_rounding(values: Floats) -> Floats:
    """Return values (n,) relative to the largest, equal where rounding alone differs."""
    centred = values - median(values)
    largest = float(np.abs(centred).max())
    return np.round(centred / (largest or 1.0), _DIGITS)


@lru_cache(maxsize=_KEPT_SIZES)
def _hamed_rao_weights(size: int) -> Floats:
    """Return the weights (n - 1,) of the lags in the variance of Kendall's score."""
    left = size - np.arange(1.0, size)
    weights: Floats = left * (left - 1) * (left - 2) / (size * (size - 1) * (size - 2))
    return weights


@compiles_ahead
def _call_kernels() -> None:
    values = np.ones(2)
    _slopes(values, values)
    _count_pairs(values)
    _count_moves(values)
