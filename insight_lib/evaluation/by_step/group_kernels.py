"""The compiled loop over rows sorted by group and score."""

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.evaluation.metrics.auc import SAFE_WEIGHT
from insight_lib.kernels import compiles_ahead, kernel

GROUP_SUMS = 4
"""Of a vector of sums: weight times AUC, weight and number of the groups of both classes, and how
many of them have weights that cannot be multiplied."""


@kernel
def add_group(won: float, positive: float, negative: float, sums: Floats) -> None:
    """Add a group, given the weight of its pairs in order, ties half, and of its classes."""
    if positive > 0 and negative > 0:
        weight = positive + negative
        sums[0] += weight * (won / positive / negative)
        sums[1] += weight
        sums[2] += 1.0
        if min(positive, negative) < 1 / SAFE_WEIGHT or max(positive, negative) > SAFE_WEIGHT:
            sums[3] += 1.0


@kernel
def sum_groups(
    groups: Integers, scores: Floats, labels: Booleans, weights: Floats, sums: Floats
) -> None:
    """Add the AUC of each group to ``sums``, shape (GROUP_SUMS,).

    Args:
        groups: shape (n,), never falling.
        scores: shape (n,), never falling within a group.
        labels: shape (n,).
        weights: shape (n,).
        sums: Zeros at first.
    """
    won, positive, negative = 0.0, 0.0, 0.0
    tied_positive, tied_negative = 0.0, 0.0
    for row in range(groups.size):
        new_group = row > 0 and groups[row] != groups[row - 1]
        if new_group or (row > 0 and scores[row] != scores[row - 1]):
            won += tied_positive * (negative + tied_negative / 2)
            positive += tied_positive
            negative += tied_negative
            tied_positive, tied_negative = 0.0, 0.0
        if new_group:
            add_group(won, positive, negative, sums)
            won, positive, negative = 0.0, 0.0, 0.0
        if labels[row]:
            tied_positive += weights[row]
        else:
            tied_negative += weights[row]
    won += tied_positive * (negative + tied_negative / 2)
    add_group(won, positive + tied_positive, negative + tied_negative, sums)


@compiles_ahead
def _call_kernels() -> None:
    floats, labels = np.ones(1), np.ones(1, np.bool_)
    sum_groups(np.zeros(1, np.int64), floats, labels, floats, np.zeros(GROUP_SUMS))
