"""Calibration over bins of equal mass.

Click-like scores crowd near zero, so bins of equal width would leave nearly all rows in the first;
here every bin holds about the same weight [1].

[1] J. Nixon et al., "Measuring calibration in deep learning", CVPR workshops (2019), adaptive
calibration error; C. Guo et al., "On calibration of modern neural networks", ICML (2017), section
2, the expected calibration error and its 15 bins.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.metric import Metric, Need, Outcome, Summed
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind, logistic

BINS = 15


@dataclass(frozen=True, eq=False)
class CalibrationBins:
    """Bins of rising score, each of positive weight; at most ``BINS``.

    Attributes:
        weight: Shape (b,), sum of the rows' weights.
        mean_score: Shape (b,), weighted mean of the probabilities.
        observed: Shape (b,), weighted share of positives, in 0 to 1.
    """

    weight: Floats
    mean_score: Floats
    observed: Floats


def calibration_bins(
    cells: Cells, bins: int = BINS, kind: ScoreKind = ScoreKind.PROBABILITY
) -> CalibrationBins:
    """Divide cells into bins of equal mass.

    A cell goes whole into the bin in which the middle of its weight falls, so equal scores stay
    together, and a bin's mass is off by at most the cell at each of its ends. Means and shares are
    exact for the rows of a bin; but of logits, whose logistic function is taken at the mean of each
    cell, the mean is off by at most 1/80 of the square of a cell's width, 1e-6 at the usual width.

    Args:
        cells: Cells of at least one row of positive weight.
        bins: How many at most; fewer where scores repeat.
        kind: Probabilities or logits.
    """
    sums = cells.sums
    weight = sums.positive_weight + sums.negative_weight
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    place = np.minimum((middle * bins).astype(np.int64), bins - 1)
    mass, score, positive = (
        np.bincount(place, column, bins).astype(np.float64)
        for column in (weight, _probability_sums(sums, kind), sums.positive_weight)
    )
    filled = mass > 0
    return CalibrationBins(
        mass[filled], score[filled] / mass[filled], positive[filled] / mass[filled]
    )


def _probability_sums(sums: BucketSums, kind: ScoreKind) -> Floats:
    """Return the sum of weight times probability in each cell, shape (c,)."""
    if kind is not ScoreKind.LOGIT:
        return sums.score_sum
    weight = sums.positive_weight + sums.negative_weight
    mean = np.divide(sums.score_sum, weight, out=np.zeros_like(weight), where=weight > 0)
    return weight * logistic(mean)


def expected_calibration_error(bins: CalibrationBins) -> float:
    """Return the weighted mean over bins of |mean score - observed share|, in 0 to 1."""
    distance = np.abs(bins.mean_score - bins.observed)
    return float((bins.weight * distance).sum() / bins.weight.sum())


def _outcome(summed: Summed) -> Outcome:
    error = None if summed.bins is None else expected_calibration_error(summed.bins)
    return Outcome((error,))


METRICS = (Metric("calibration_error", 80, ("calibration_error",), Need.PROBABILITIES, _outcome),)
