"""Standard error and confidence interval of an AUC.

DeLong's variance [1] over cells, with scores of one cell taken as tied. With V_b, for a positive of
cell b, the share of negatives below it (ties half), and U_b, for a negative of cell b, the share of
positives above it (ties half), both of mean AUC:

    variance = (sum over b of p_b (V_b - AUC)^2) / (P (P - 1))
             + (sum over b of n_b (U_b - AUC)^2) / (N (N - 1))

which takes one pass over sorted cells [2] rather than over pairs. For weights w the terms become
sum of w^2 (V - AUC)^2 / W^2 / (1 - sum of w^2 / W^2), W the sum of w: the variance of a weighted
mean by linearisation, which is the above where all weights are equal.

[1] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more
correlated receiver operating characteristic curves: a nonparametric approach", Biometrics 44 (1988)
837-845.
[2] X. Sun, W. Xu, "Fast implementation of DeLong's algorithm for comparing the areas under
correlated receiver operating characteristic curves", IEEE Signal Processing Letters 21 (2014)
1389-1393.
[3] G. Qin, L. Hotilovac, "Comparison of non-parametric confidence intervals for the area under the
ROC curve of a continuous-scale diagnostic test", Statistical Methods in Medical Research 17 (2008)
207-221.
"""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.evaluation.metrics.score_intervals import Cells, once_for_cells

NORMAL_975 = 1.959963984540054
"""The 0.975 quantile of the normal distribution, for an interval of 95 %."""

ROUNDING = 1e-14
"""A class whose weights are all on one row gives 1 - sum of w^2 / W^2 = 0, up to rounding."""


@once_for_cells
def delong_stderr(cells: Cells) -> float | None:
    """Return DeLong's standard error of the AUC of a set of cells of both classes.

    Returns:
        At least 0 (and 0 if no pair is out of order, or all are, or all scores are equal); None
        where a class has weight on a single row, whose spread cannot be known.
    """
    sums = cells.sums
    above = _share_below(sums.negative_weight)
    below = 1 - _share_below(sums.positive_weight)
    positives = variance_of_mean(above, sums.positive_weight, sums.positive_weight_sq)
    negatives = variance_of_mean(below, sums.negative_weight, sums.negative_weight_sq)
    if positives is None or negatives is None:
        return None
    return math.sqrt(positives + negatives)


def confidence_interval(auc: float, stderr: float) -> tuple[float, float] | None:
    """Return the 95 % interval that is normal on the logit scale, which stays within (0, 1) [3].

    logit(AUC) +- 1.96 stderr / (AUC (1 - AUC)), turned back.

    Returns:
        Its lower and upper end; None where the standard error is 0, as for AUC 0 and 1: such a
        sample says nothing about its own spread.
    """
    if stderr == 0 or not 0 < auc < 1:
        return None
    centre = math.log(auc / (1 - auc))
    reach = NORMAL_975 * stderr / (auc * (1 - auc))
    return _logistic(centre - reach), _logistic(centre + reach)


def variance_of_mean(values: Floats, weight: Floats, weight_sq: Floats) -> float | None:
    """Return the variance of the weighted mean of values, by linearisation.

    Args:
        values: shape (c,), each that of all rows of a cell, or of one row.
        weight: shape (c,), the sum of the weights of those rows.
        weight_sq: shape (c,), the sum of their squares.

    Returns:
        At least 0; None where all weight is on a single row.
    """
    total = float(weight.sum())
    spread = 1 - float(weight_sq.sum()) / total**2
    if spread <= ROUNDING:
        return None
    mean = float((weight * values).sum()) / total
    return float((weight_sq * (values - mean) ** 2).sum()) / total**2 / spread


def _share_below(weight: Floats) -> Floats:
    """Return the share of a class that scores below each cell, its own counted half."""
    return (np.cumsum(weight) - weight / 2) / float(weight.sum())


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
