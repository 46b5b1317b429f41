"""DeLong's test of two AUCs on the same examples.

With V_i the share of negatives that positive i outranks (ties half), and U_j the share of positives
that negative j is outranked by, in run A and in run B, the difference of the AUCs is the mean of
V_A - V_B, and also that of U_A - U_B; its variance [1]

    S = sum over i of (dV_i - d)^2 / (P (P - 1)) + sum over j of (dU_j - d)^2 / (N (N - 1))

which is var A + var B - 2 cov(A, B): what the runs get wrong together cancels out. Weights enter as
in ``delong``. z = (AUC_A - AUC_B) / sqrt(S) is normal where the AUCs are equal.

[1] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or more
correlated receiver operating characteristic curves: a nonparametric approach", Biometrics 44 (1988)
837-845.
"""

import math
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.evaluation.metrics.arrays import ScoredRows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.delong import NORMAL_975, ROUNDING, variance_of_mean
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram


@dataclass(frozen=True)
class PairedTest:
    """Two AUCs on the same examples, and whether their difference is more than chance.

    Attributes:
        auc_a: Exact, in 0 to 1; None where undefined.
        auc_b: Likewise.
        difference: ``auc_a - auc_b``.
        stderr: Standard error of the difference.
        ci_lower: Lower end of its 95 % confidence interval, normal.
        ci_upper: Upper end.
        z: The difference over its standard error.
        p: Chance of a |z| of at least this where the AUCs are equal, in 0 to 1.
        undefined_reason: Why a field above is None; None where all are defined.
    """

    auc_a: float | None = None
    auc_b: float | None = None
    difference: float | None = None
    stderr: float | None = None
    ci_lower: float | None = None
    ci_upper: float | None = None
    z: float | None = None
    p: float | None = None
    undefined_reason: str | None = None


def paired_test(one: ScoredRows, other_scores: Floats) -> PairedTest:
    """Test whether two scorings of the same examples have the same AUC.

    Args:
        one: n rows with the scores of run A.
        other_scores: shape (n,), finite, the scores of run B for the same rows.
    """
    reason = why_undefined(_sums(one))
    if reason is not None:
        return PairedTest(undefined_reason=reason)
    label, weight = one.labels, one.weights
    parts = [_shares_won(scores, label, weight) for scores in (one.scores, other_scores)]
    aucs = [float(np.average(won[label], weights=weight[label])) for won in parts]
    apart = parts[0] - parts[1]
    variances = [_variance(apart[mine], weight[mine]) for mine in (label, ~label)]
    return _tested(aucs[0], aucs[1], variances)


def _tested(auc_a: float, auc_b: float, variances: list[float | None]) -> PairedTest:
    difference = auc_a - auc_b
    known = [variance for variance in variances if variance is not None]
    if len(known) < len(variances):
        reason = "no standard error: a class has weight on one row only"
        return PairedTest(auc_a, auc_b, difference, undefined_reason=reason)
    stderr = math.sqrt(sum(known))
    reach = 0.0 if stderr < ROUNDING else NORMAL_975 * stderr
    interval = (difference - reach, difference + reach)
    if stderr < ROUNDING:
        reason = "no z: the standard error is 0, as where both runs order every pair alike"
        return PairedTest(auc_a, auc_b, difference, 0.0, *interval, undefined_reason=reason)
    z = difference / stderr
    return PairedTest(
        auc_a, auc_b, difference, stderr, *interval, z, math.erfc(abs(z) / math.sqrt(2))
    )


def _shares_won(scores: Floats, labels: Booleans, weights: Floats) -> Floats:
    """Of each row the weighted share of the other class on its right side, ties half, shape (n,).

    For a positive the negatives below it, for a negative the positives above it.
    """
    won = np.empty(len(scores))
    won[labels] = _share_below(scores[labels], scores[~labels], weights[~labels])
    won[~labels] = 1 - _share_below(scores[~labels], scores[labels], weights[labels])
    return won


def _share_below(scores: Floats, others: Floats, weights: Floats) -> Floats:
    """Return the weighted share of ``others`` below each score, those equal to it counted half."""
    order = np.argsort(others)
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    ordered = others[order]
    below = total[np.searchsorted(ordered, scores, side="left")]
    up_to = total[np.searchsorted(ordered, scores, side="right")]
    share: Floats = (below + up_to) / (2 * total[-1])
    return share


def _variance(values: Floats, weights: Floats) -> float | None:
    return variance_of_mean(values, weights, weights**2)


def _sums(rows: ScoredRows) -> BucketSums:
    return ScoreHistogram.from_rows(rows).sums
