"""Area under the ROC curve between certified bounds.

With p_b and n_b the weights of the positives and negatives of cell b, P and N their sums, and N_<b
the weight of the negatives in lower cells:

    AUC   = sum over b of p_b (N_<b + n_b / 2) / (P N)
    lower = sum over b of p_b N_<b / (P N)
    upper = sum over b of p_b (N_<b + n_b) / (P N)

The AUC is the chance that a positive scores higher than a negative, ties counted half [1]. Pairs
from different cells are counted exactly; only pairs within a cell of several scores are uncertain,
and whatever their order, the exact AUC lies between the bounds: upper - lower = sum over open b of
p_b n_b / (P N). In a cell that holds a single score the pairs are ties, and count half in all
three.

[1] D. Bamber, "The area above the ordinal dominance graph and the area below the receiver
operating characteristic graph", Journal of Mathematical Psychology 12 (1975) 387-415.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.score_intervals import Cells, once_for_cells

SAFE_WEIGHT = 1e140
"""Products and squares of sums beyond this, or below its inverse, near the ends of float64."""

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class AucBounds:
    """An AUC and the bounds of the exact one: 0 <= lower <= value <= upper <= 1."""

    value: float
    lower: float
    upper: float


def why_undefined(sums: BucketSums) -> str | None:
    """Return why no ranking metric is defined for these rows, or None if one is."""
    if not len(sums):
        return "no rows"
    for name, count in (("positives", sums.positives), ("negatives", sums.negatives)):
        if not count.sum():
            return f"one class only: no {name}"
    weights = (float(sums.positive_weight.sum()), float(sums.negative_weight.sum()))
    if 0 in weights:
        return "one class only has weight"
    if not all(1 / SAFE_WEIGHT < weight < SAFE_WEIGHT for weight in weights):
        return "the weights are too small or too large to be multiplied"
    return None


def auc_bounds(cells: Cells) -> AucBounds:
    """Return the AUC between its bounds; a metric that ``why_undefined`` finds defined.

    The bounds are moved apart by what rounding can do, so they hold for the AUC of the weights and
    scores as real numbers: ``64 eps`` where all weights are 1 (every sum is then an exact integer
    and only products, their pairwise sum and the division round), and ``4 rows eps`` more for
    other weights, whose sums round once a row.
    """
    sums = cells.sums
    positive, negative = sums.positive_weight, sums.negative_weight
    pairs = float(positive.sum()) * float(negative.sum())
    below = np.cumsum(negative) - negative
    value = float((positive * (below + negative / 2)).sum()) / pairs
    half_gap = float(auc_gaps(cells).sum()) / 2
    rounding = _rounding(sums)
    return AucBounds(
        min(value, 1.0),
        max(value - half_gap - rounding, 0.0),
        min(value + half_gap + rounding, 1.0),
    )


@once_for_cells
def auc_gaps(cells: Cells) -> Floats:
    """Return what each cell adds to upper - lower, shape (c,): p_b n_b / (P N), 0 for ties."""
    positive, negative = cells.sums.positive_weight, cells.sums.negative_weight
    pairs = float(positive.sum()) * float(negative.sum())
    return np.where(cells.open, positive * negative / pairs, 0.0)


def _rounding(sums: BucketSums) -> float:
    plain = np.array_equal(sums.positive_weight, sums.positives) and np.array_equal(
        sums.negative_weight, sums.negatives
    )
    rows = 0 if plain else int(sums.positives.sum() + sums.negatives.sum())
    return EPSILON * (64 + 4 * rows)
