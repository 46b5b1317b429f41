"""Whether a series is flat up to its noise, and since when."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.series.change.autocorrelation import mean_weights, variance_factor
from insight_lib.series.change.levels import NORMAL_MAD, levels, noise
from insight_lib.series.change.thinning import thinned

MIN_POINTS = 5
"""Fewer finite points are neither flat nor not."""
_STRETCHES = 5
# Five levels of pure noise lie within 4.6 standard errors in 99 of 100 series (the studentised
# range; Tukey 1949).
_RANGE = 4.6
# Of a normal distribution: the standard error of a median over that of a mean.
_MEDIAN_ERROR = 1.2533
# Of the finite points, which a plateau at the end must hold at least.
_LEAST_SHARE = 0.2


def is_flat(values: Floats, share: float) -> bool:
    """Return whether a series (n,) stays at one level: it neither rises nor falls nor bends.

    The medians of five equal stretches must lie within ``share`` of the level, or within what the
    noise around them explains, whichever is more. Of fewer than five finite points nothing is
    known: False. With a share of 0, so many of 300 series around one level are flat (per cent):

    | points                          | 5  | 10 | 20 | 50 | 200 | 1,000 |
    |---------------------------------|----|----|----|----|-----|-------|
    | white noise                     | 85 | 85 | 92 | 99 | 99  | 99    |
    | first-order autoregression, 0.9 | 60 | 39 | 7  | 56 | 89  | 100   |

    Args:
        values: (n,).
        share: of the absolute level (the median of all), such as 0.02.
    """
    finite = thinned(values).values
    if finite.size < MIN_POINTS:
        return False
    spread = float(np.ptp(levels(finite, _STRETCHES)))
    return spread <= max(share * abs(median(finite)), _RANGE * _error_of_level(finite))


def _error_of_level(values: Floats) -> float:
    """Return the standard error of the median of a fifth of values, as their noise has it."""
    points = values.size // _STRETCHES
    if points < _STRETCHES:
        return float(noise(values) / np.sqrt(points))
    around = [part - median(part) for part in np.array_split(values, _STRETCHES)]
    rest = np.concatenate(around)
    factor = variance_factor(rest, mean_weights(rest.size))
    spread = max(noise(values), NORMAL_MAD * median(np.abs(rest)))
    return float(_MEDIAN_ERROR * spread * np.sqrt(factor / points))


def plateau_start(values: Floats, share: float) -> int | None:
    """Return the place from which a series (n,) is flat to its end; None where it is not.

    It is the earliest from which the rest is flat, as `is_flat` says; at least five points and a
    fifth of the finite ones must be left. Of a long series it is the first value of one of 200
    blocks.

    Args:
        values: (n,).
        share: of the absolute level of the rest.
    """
    points = thinned(values)
    size = points.values.size
    last = size - max(MIN_POINTS, int(size * _LEAST_SHARE))
    starts = (start for start in range(last + 1) if is_flat(points.values[start:], share))
    first = next(starts, None)
    return None if first is None else int(points.places[first])
