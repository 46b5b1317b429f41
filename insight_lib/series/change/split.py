"""Where a series most surely splits into two levels, and how surely it does.

Two tests are made and the surer one counts, its probability doubled for the choice:

* by ranks (Pettitt, *A non-parametric approach to the change-point problem*, Applied Statistics 28,
  1979), which neither outliers nor the shape of the noise disturb. The probability is that of the
  greatest distance of a Brownian bridge from 0, corrected for the places between which it is not
  seen (Siegmund, *Sequential analysis*, 1985, chapter 10);
* by Student's t of the two means at every place, times the number of places (Worsley, *On the
  likelihood ratio test for a shift in location*, Journal of the American Statistical Association
  74, 1979, bounds it so): of ten points or fewer the ranks cannot be sure, however large the step.

Both statistics are narrowed for the autocorrelation of the noise around the two levels.
"""

import math
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.series.change.autocorrelation import mean, mean_weights, variance_factor
from insight_lib.series.change.significance import ranks, student_tails
from insight_lib.series.change.trend import trend

# The mean by which a random walk overshoots a limit, in standard deviations of its step.
_OVERSHOOT = 0.5826
_LEAST_POINTS = 2


@dataclass(frozen=True)
class Split:
    """A split of values into two levels.

    Attributes:
        place: of the first value of the second level.
        p_value: how probable so clear a split is in noise around one level.
    """

    place: int
    p_value: float


def best_split(values: Floats) -> Split:
    """Return the surest split of values (n,), n from 5, all finite; of constants (1, 1.0)."""
    if np.ptp(values) == 0:
        return Split(1, 1.0)
    found = min(_by_ranks(values), _by_means(values), key=lambda split: split.p_value)
    return Split(found.place, min(1.0, 2 * found.p_value))


def lasting_rise(values: Floats) -> Split:
    """Return the surest rise of values (n,), at once or by and by; (1, 1.0) where they never rise.

    Args:
        values: (n,), n from 5, all finite.
    """
    return rise_at(best_split(values), values)


def rise_at(split: Split, values: Floats) -> Split:
    """Return ``lasting_rise`` of values (n,) whose best split is known."""
    if not median(values[split.place :]) > median(values[: split.place]):
        return Split(1, 1.0)
    line = trend(np.arange(values.size), values)
    gradual = line.p_value if line.tau > 0 else 1.0
    return Split(split.place, min(1.0, 2 * min(split.p_value, gradual)))


def _by_ranks(values: Floats) -> Split:
    size, ranked = values.size, ranks(values)
    place, score = _greatest_score(ranked)
    factor = _factor(ranked, place)
    distance = score / (float(ranked.std()) * math.sqrt(size * factor))
    distance += _OVERSHOOT / math.sqrt(size)
    return Split(place, min(1.0, 2 * math.exp(-2 * distance**2)))


@kernel
def _greatest_score(ranked: Floats) -> tuple[int, float]:
    """Return Pettitt's place and score: how far ranks before it sum to other than expected."""
    place, greatest, total = 0, -1.0, 0.0
    for before in range(1, ranked.size):
        total += ranked[before - 1]
        score = abs(total - before * (ranked.size + 1) / 2)
        if score > greatest:
            place, greatest = before, score
    return place, greatest


def _by_means(values: Floats) -> Split:
    size = values.size
    centred = values - mean(values)
    centred /= np.abs(centred).max()
    total = float(np.add.reduce(centred**2))
    place, between = _greatest_difference(centred)
    within = max(total - between, 1e-15 * total)
    factor = _factor(centred, place)
    t = math.sqrt(between * (size - 2) / within / factor)
    places = size - 2 * _LEAST_POINTS + 1
    return Split(place, min(1.0, student_tails(t, size - 2) * places))


@kernel
def _greatest_difference(centred: Floats) -> tuple[int, float]:
    """Return the place at which two means differ most, and the sum of squares between them."""
    size, place, greatest, total = centred.size, 0, -1.0, 0.0
    for before in range(1, size - _LEAST_POINTS + 1):
        total += centred[before - 1]
        if before >= _LEAST_POINTS:
            between = total**2 * size / (before * (size - before))
            if between > greatest:
                place, greatest = before, between
    return place, greatest


def _factor(values: Floats, place: int) -> float:
    """Return the variance factor of what is left around both levels."""
    residuals = values.copy()
    residuals[:place] -= mean(values[:place])
    residuals[place:] -= mean(values[place:])
    return variance_factor(residuals, mean_weights(values.size))


@compiles_ahead
def _call_kernels() -> None:
    values = np.ones(5)
    _greatest_score(values)
    _greatest_difference(values)
