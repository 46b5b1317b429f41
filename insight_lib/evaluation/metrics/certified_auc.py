"""AUC of rows at hand, refined until its bounds are as close as asked for."""

from dataclasses import dataclass

import numpy.typing as npt

from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import Booleans, scored_rows
from insight_lib.evaluation.metrics.auc import auc_bounds, auc_gaps, why_undefined
from insight_lib.evaluation.metrics.delong import confidence_interval, delong_stderr
from insight_lib.evaluation.metrics.refinement import Split, cells_to_refine, refine_by, splitter
from insight_lib.evaluation.metrics.score_histogram import DEFAULT_PREFIX_BITS, ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

WIDEST_GAP = 1e-4
"""No default tolerance is above this: the fourth decimal is what people compare runs by."""

SHARE_OF_STDERR = 0.01
"""An error of a hundredth of the standard error is invisible beside the sample's own."""


@dataclass(frozen=True)
class CertifiedAuc:
    """An AUC, what its bounds are, and how far the sample determines it.

    Attributes:
        value: As ``auc_bounds``; None where undefined.
        lower: Certified lower bound of the exact AUC.
        upper: Certified upper bound of the exact AUC.
        stderr: DeLong standard error.
        ci_lower: Lower end of the 95 % confidence interval.
        ci_upper: Upper end of the 95 % confidence interval.
        undefined_reason: Why a field above is None; None where all are defined.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    stderr: float | None = None
    ci_lower: float | None = None
    ci_upper: float | None = None
    undefined_reason: str | None = None


def certified_auc(
    scores: npt.ArrayLike,
    labels: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    tolerance: float | None = None,
    prefix_bits: int = DEFAULT_PREFIX_BITS,
) -> CertifiedAuc:
    """Return the AUC of scored examples between bounds that are at most ``tolerance`` apart.

    Args:
        scores: shape (n,), finite; any range.
        labels: shape (n,), each 0 or 1.
        weights: shape (n,), finite and not negative; None gives each row weight 1.
        tolerance: Greatest upper - lower, rounding aside; 0 is exact; None is the smaller of 1e-4
            and a hundredth of the standard error.
        prefix_bits: Width of the first pass's buckets; it changes the time taken and nothing else.

    Raises:
        InputError: An argument is none of these.

    Example:
        >>> certified_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], tolerance=0).value
        0.75
    """
    check_tolerance(tolerance)
    rows = scored_rows(scores, labels, weights)
    return refined_auc(ScoreHistogram.from_rows(rows, prefix_bits), splitter(rows), tolerance)


def certified_roc_auc(
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    tolerance: float | None = None,
) -> CertifiedAuc:
    """Return the ROC AUC between certified bounds, with arguments as scikit-learn names them.

    Args:
        y_true: shape (n,), each 0 or 1.
        y_score: shape (n,), finite; any range.
        sample_weight: shape (n,), finite and not negative; None gives each row weight 1.
        tolerance: As ``certified_auc``.

    Raises:
        InputError: An argument is none of these.

    Example:
        >>> from insight_lib import certified_roc_auc
        >>> auc = certified_roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
        >>> auc.lower <= auc.value <= auc.upper, round(auc.value, 4)
        (True, 0.75)
    """
    return certified_auc(y_score, y_true, sample_weight, tolerance)


def check_tolerance(tolerance: float | None) -> None:
    """Refuse a tolerance that no bounds can keep.

    Raises:
        InputError: It is negative or NaN.
    """
    if tolerance is not None and not tolerance >= 0:
        raise InputError(f"a tolerance of {tolerance} cannot be met; give 0 or more")


def refined_auc(histogram: ScoreHistogram, split: Split, tolerance: float | None) -> CertifiedAuc:
    """Return the AUC of a histogram whose cells are split until the tolerance is kept."""
    cells = Cells.from_histogram(histogram)
    if why_undefined(cells.sums) is None:
        cells = refine_by(split, cells, lambda found: auc_cells_to_refine(found, tolerance))
    return auc_of_cells(cells)


def auc_cells_to_refine(cells: Cells, tolerance: float | None) -> Booleans:
    """Choose the cells to split for the AUC's bounds to come within the tolerance, as above."""
    allowed = default_tolerance(cells) if tolerance is None else tolerance
    return cells_to_refine(auc_gaps(cells), allowed)


def default_tolerance(cells: Cells) -> float:
    """The smaller of 1e-4 and a hundredth of the standard error, where there is one."""
    stderr = delong_stderr(cells)
    return WIDEST_GAP if stderr is None else min(WIDEST_GAP, SHARE_OF_STDERR * stderr)


def auc_of_cells(cells: Cells) -> CertifiedAuc:
    """Return what the cells say of the AUC; undefined for one class only and for no rows."""
    reason = why_undefined(cells.sums)
    if reason is not None:
        return CertifiedAuc(undefined_reason=reason)
    bounds = auc_bounds(cells)
    known = (bounds.value, bounds.lower, bounds.upper)
    stderr = delong_stderr(cells)
    if stderr is None:
        reason = "no standard error: a class has weight on one row only"
        return CertifiedAuc(*known, undefined_reason=reason)
    interval = confidence_interval(bounds.value, stderr)
    if interval is None:
        reason = "no confidence interval: the standard error is 0"
        return CertifiedAuc(*known, stderr, undefined_reason=reason)
    return CertifiedAuc(*known, stderr, *interval)
