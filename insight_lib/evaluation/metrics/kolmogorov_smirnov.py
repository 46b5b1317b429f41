"""The Kolmogorov-Smirnov distance of two score distributions, between certified bounds.

With P_b and N_b the shares of two samples with a score in cell b or below it:

    distance = greatest |P - N| over all scores >= max over b of |P_b - N_b|

The right side is exact for the scores at which cells end [1]. Within an open cell the order of its
scores is lost: all of one sample may come before all of the other, so there

    |P - N| <= max(|P_b-1 + p_b - N_b-1|, |P_b-1 - N_b-1 - n_b|),   p_b and n_b the cell's shares

Cells of one sample only do not exceed their ends, and few others may exceed the greatest.

[1] N. Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of
Mathematical Statistics 19 (1948) 279-281.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.evaluation.metrics.metric import (
    WIDEST_GAP,
    Bounded,
    Metric,
    Need,
    Outcome,
    Summed,
)
from insight_lib.evaluation.metrics.score_intervals import Cells, once_for_cells


@dataclass(frozen=True)
class Distance:
    """A distance of two distributions, in 0 to 1.

    Attributes:
        value: At ``score``, where it is exact; so a lower bound of the greatest.
        upper: Certified upper bound of the greatest, up to rounding.
        score: The shares with a score up to here differ by ``value``; the lowest such score.
    """

    value: float
    upper: float
    score: float


def class_distance(cells: Cells) -> Distance:
    """Return the distance of the positives' and the negatives' scores, by weight.

    Args:
        cells: Of both classes, each with weight.
    """
    ends, inside = _distances(cells)
    place = int(np.argmax(ends))
    value = min(float(ends[place]), 1.0)
    upper = min(max(value, float(inside.max())), 1.0)
    return Distance(value, upper, float(cells.highest_scores[place]))


def cells_that_may_exceed_the_distance(cells: Cells, tolerance: float) -> Booleans:
    """Choose the open cells of both classes that may exceed the distance by ``tolerance``.

    Returns:
        Shape (c,); refined until none is chosen, upper - value is at most the tolerance.
    """
    ends, inside = _distances(cells)
    beyond: Booleans = inside > ends.max() + tolerance
    return beyond


@once_for_cells
def _distances(cells: Cells) -> tuple[Floats, Floats]:
    """Return the distance at the end of each cell, and the greatest possible within it."""
    positive, negative = cells.sums.positive_weight, cells.sums.negative_weight
    # Sums of whole weights do not round, so they are divided last.
    one, other = np.cumsum(positive), np.cumsum(negative)
    ends = np.abs(one / one[-1] - other / other[-1])
    one_first = np.abs(one / one[-1] - (other - negative) / other[-1])
    other_first = np.abs((one - positive) / one[-1] - other / other[-1])
    # A cell of one class only reaches no more than at its ends.
    mixed = cells.open & (np.minimum(positive, negative) > 0)
    return ends, np.where(mixed, np.maximum(one_first, other_first), 0.0)


def _outcome(summed: Summed) -> Outcome:
    found = class_distance(summed.cells)
    return Outcome((found.value, found.upper, found.score))


def _refine(cells: Cells) -> Booleans:
    return cells_that_may_exceed_the_distance(cells, WIDEST_GAP)


METRICS = (
    Metric(
        "ks",
        40,
        ("ks", "ks_upper", "ks_score"),
        Need.CLASSES,
        _outcome,
        refine=_refine,
        bounds=Bounded("ks", lower="ks", upper="ks_upper"),
    ),
)
