"""Average precision between certified bounds.

scikit-learn's definition [1], the step-wise sum over distinct scores from high to low:

    AP = sum over b of (p_b / P) * TP_b / (TP_b + FP_b)

p_b is the weight of the positives of cell b, P its sum, and TP_b and FP_b the weights of positives
and negatives in cell b and above. Over cells of several scores this takes the scores of a cell as
tied. With TP and FP of the cells above, a positive of cell b has, wherever it stands in its cell,
a precision of at most (TP + p_b) / (TP + p_b + FP), all negatives of the cell behind it; and the
positive behind which a weight t of the cell's positives is complete has at least
(TP + t) / (TP + t + FP + n_b), all negatives before it, which summed up is no less than the
integral over t:

    p_b - (FP + n_b) ln(1 + p_b / (TP + FP + n_b))

[1] ``sklearn.metrics.average_precision_score``; M. Zhu, "Recall, precision and average precision",
University of Waterloo (2004).
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
from insight_lib.evaluation.metrics.refinement import cells_to_refine
from insight_lib.evaluation.metrics.score_intervals import Cells, once_for_cells


@dataclass(frozen=True)
class AveragePrecision:
    """An average precision, as if the scores of a cell were tied, and the bounds of the exact one.

    Attributes:
        value: Exact where no cell is open.
        lower: Certified lower bound, up to rounding.
        upper: Certified upper bound, up to rounding.
    """

    value: float
    lower: float
    upper: float


def average_precision(cells: Cells) -> AveragePrecision:
    """Return the average precision of cells of both classes, each in 0 to 1."""
    tied, lower, upper = _terms(cells)
    return AveragePrecision(float(tied.sum()), float(lower.sum()), float(upper.sum()))


def average_precision_gaps(cells: Cells) -> Floats:
    """Return what each cell adds to upper - lower, shape (c,)."""
    _, lower, upper = _terms(cells)
    return upper - lower


@once_for_cells
def _terms(cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Return what each cell adds to the value and to its bounds."""
    positive, negative = cells.sums.positive_weight, cells.sums.negative_weight
    total = positive.sum()
    true = _from_the_top(positive) - positive
    false = _from_the_top(negative) - negative
    tied = positive * _share(true + positive, false + negative) / total
    upper = positive * _share(true + positive, false) / total
    lower = _lower_integral(positive, true, false + negative) / total
    # The value always lies between; rounding must not put it outside.
    lower = np.where(cells.open, np.minimum(lower, tied), tied)
    return tied, lower, np.where(cells.open, np.maximum(upper, tied), tied)


def _lower_integral(positive: Floats, true: Floats, false: Floats) -> Floats:
    above = true + false
    log = np.log1p(np.divide(positive, above, out=np.zeros_like(positive), where=above > 0))
    return positive - false * log


def _share(true: Floats, false: Floats) -> Floats:
    """Return the precision; 0 where nothing has weight, as it then multiplies 0."""
    both = true + false
    return np.divide(true, both, out=np.zeros_like(both), where=both > 0)


def _from_the_top(weight: Floats) -> Floats:
    """Return the weight of each cell and all above it."""
    return np.cumsum(weight[::-1])[::-1]


def _outcome(summed: Summed) -> Outcome:
    found = average_precision(summed.cells)
    return Outcome((found.value, found.lower, found.upper))


def _refine(cells: Cells) -> Booleans:
    return cells_to_refine(average_precision_gaps(cells), WIDEST_GAP)


METRICS = (
    Metric(
        "average_precision",
        30,
        ("average_precision", "average_precision_lower", "average_precision_upper"),
        Need.CLASSES,
        _outcome,
        refine=_refine,
        bounds=Bounded("average_precision", "average_precision_lower", "average_precision_upper"),
    ),
)
