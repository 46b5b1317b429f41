"""AUC of rows at hand, refined until its bounds are as close as asked for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans
from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.auc import auc_bounds, auc_gaps, why_undefined
from insight_lib.evaluation.metrics.delong import confidence_interval, delong_stderr
from insight_lib.evaluation.metrics.metric import (
    WIDEST_GAP,
    Bounded,
    Metric,
    Need,
    Outcome,
    Summed,
)
from insight_lib.evaluation.metrics.refinement import Split, cells_to_refine, refine_by, splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

SHARE_OF_STDERR = 0.01
"""An error of a hundredth of the standard error is invisible next to the sample's own."""

FIRST_PASS_BITS = 16
"""The coarsest that leaves few rows to split for nothing. Where all rows are at hand and the state
is not kept, 12 to 18 bits take 1.6 ns a row together with the split, 22 bits half as much again."""


@dataclass(frozen=True)
class CertifiedAuc:
    """An AUC, what its bounds are, and how far the sample determines it.

    Attributes:
        auc: The middle of the bounds; None where undefined.
        lower: Certified lower bound of the exact AUC.
        upper: Certified upper bound of the exact AUC.
        stderr: DeLong standard error.
        ci: Lower and upper end of the 95 % confidence interval.
        undefined_reason: Why a field above is None; None where all are defined.
    """

    auc: float | None = None
    lower: float | None = None
    upper: float | None = None
    stderr: float | None = None
    ci: tuple[float, float] | None = None
    undefined_reason: str | None = None


def certified_roc_auc(
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    tolerance: float | None = None,
) -> CertifiedAuc:
    """Return the area under the ROC curve between bounds that hold the exact one.

    Arguments are in the order, and have the names, of scikit-learn's ``roc_auc_score``. Where that
    warns and returns NaN, as for labels of one class, fields are None and ``undefined_reason`` says
    why.

    Args:
        y_true: shape (n,), each 0 or 1 (or a boolean).
        y_score: shape (n,), finite; probabilities, logits or anything that ranks.
        sample_weight: shape (n,), finite and not negative; None gives each row weight 1.
        tolerance: Greatest upper - lower, rounding aside; 0 is exact; None is the smaller of 1e-4
            and a hundredth of the standard error.

    Raises:
        InputError: An argument is none of these; the message names it.

    Example:
        >>> from insight_lib import certified_roc_auc
        >>> found = certified_roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], tolerance=0)
        >>> found.auc
        0.75
        >>> found.lower <= 0.75 <= found.upper
        True
    """
    _check_tolerance(tolerance)
    rows = scored_rows(y_score, y_true, sample_weight, names=("y_score", "y_true", "sample_weight"))
    return refined_auc(ScoreHistogram.from_rows(rows, FIRST_PASS_BITS), splitter(rows), tolerance)


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
    """Return the smaller of 1e-4 and a hundredth of the standard error, where there is one."""
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
    return CertifiedAuc(*known, stderr, interval)


def _check_tolerance(tolerance: float | None) -> None:
    if tolerance is not None and not (
        isinstance(tolerance, int | float | np.number) and tolerance >= 0
    ):
        raise InputError(f"a tolerance of {tolerance!r} cannot be met; give a number, 0 or more")


def _outcome(summed: Summed) -> Outcome:
    found = auc_of_cells(summed.cells)
    values = (found.auc, found.lower, found.upper, found.stderr, *(found.ci or (None, None)))
    return Outcome(values, (found.undefined_reason,) if found.undefined_reason else ())


def _refine(cells: Cells) -> Booleans:
    return auc_cells_to_refine(cells, None)


METRICS = (
    Metric(
        "auc",
        20,
        ("auc", "auc_lower", "auc_upper", "auc_stderr", "auc_ci_lower", "auc_ci_upper"),
        Need.CLASSES,
        _outcome,
        refine=_refine,
        bounds=Bounded("auc", "auc_lower", "auc_upper"),
    ),
)
