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

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.series.change.autocorrelation import mean_weights, variance_factor
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
    scores = np.abs(np.cumsum(ranked)[:-1] - np.arange(1, size) * (size + 1) / 2)
    place = int(np.argmax(scores)) + 1
    factor = _factor(ranked, place)
    distance = float(scores[place - 1] / (ranked.std() * np.sqrt(size * factor)))
    distance += _OVERSHOOT / np.sqrt(size)
    return Split(place, min(1.0, 2 * float(np.exp(-2 * distance**2))))


def _by_means(values: Floats) -> Split:
    size = values.size
    centred = (values - values.mean()) / np.abs(values - values.mean()).max()
    first = np.arange(_LEAST_POINTS, size - _LEAST_POINTS + 1)
    sums = np.cumsum(centred)[first - 1]
    between = sums**2 * size / (first * (size - first))
    at = int(np.argmax(between))
    place, total = int(first[at]), float((centred**2).sum())
    within = max(total - float(between[at]), 1e-15 * total)
    factor = _factor(centred, place)
    t = np.sqrt(float(between[at]) * (size - 2) / within / factor)
    return Split(place, min(1.0, student_tails(float(t), size - 2) * first.size))


def _factor(values: Floats, place: int) -> float:
    """Return the variance factor of what is left around both levels."""
    residuals = np.concatenate([part - part.mean() for part in np.split(values, [place])])
    return variance_factor(residuals, mean_weights(values.size))
