"""All metrics of one group of rows, in the columns of table ``evaluations``."""

import math
from dataclasses import dataclass

from insight_lib.evaluation.metrics.arrays import Booleans, ScoredRows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.calibration import (
    CalibrationBins,
    calibration_bins,
    expected_calibration_error,
)
from insight_lib.evaluation.metrics.certified_auc import (
    WIDEST_GAP,
    auc_cells_to_refine,
    auc_of_cells,
)
from insight_lib.evaluation.metrics.curves import (
    Curve,
    calibration_curve,
    precision_recall_curve,
    roc_curve,
    score_curves,
)
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.refinement import Split, refine_by, splitter
from insight_lib.evaluation.metrics.registry import (
    THRESHOLDS,
    cell_metrics,
    cells_to_refine_for_metrics,
)
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind, kind_of

OF_ORDER = "auc, average_precision, ks, best_f1"
"""What needs both classes: the columns that begin so."""

OF_PROBABILITIES = (
    "log_loss, brier, calibration_error, predicted_over_observed, counts and shares at 0.5"
)
"""What needs scores that are, or stand for, probabilities."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was computed of a group of rows.

    Attributes:
        state: What is kept of them.
        cells: The same rows, finer where the bounds asked for it.
        bins: Calibration; None where scores stand for no probabilities.
        metrics: Columns ``rows`` to ``score_kind`` of table ``evaluations``.
    """

    state: EvaluationState
    cells: Cells
    bins: CalibrationBins | None
    metrics: dict[str, float | int | str | None]


def evaluate(rows: ScoredRows, kind: ScoreKind | None = None) -> Evaluation:
    """Compute every metric; those of the order of scores within the default tolerances.

    The bounds of the AUC are apart by at most 1e-4 and a hundredth of its standard error, those of
    the average precision, the best F1 and the Kolmogorov-Smirnov distance by at most 1e-4. Counts
    at threshold 0.5 are exact. Log loss, Brier score and predicted over observed are
    sums over rows; the calibration error is over bins that end between cells.

    Args:
        rows: All rows of the group.
        kind: Of the scores of the run; None where these rows are all that there are.
    """
    state = EvaluationState.from_rows(rows, kind or ScoreKind.PROBABILITY)
    return evaluate_state(state, splitter(rows), kind)


def evaluate_state(
    state: EvaluationState, split: Split | None, kind: ScoreKind | None = None
) -> Evaluation:
    """Compute every metric as `evaluate` does, from the state alone where it is fine enough.

    Args:
        state: Of all rows.
        split: How cells are split that cause too wide bounds; None leaves these as they are, wider
            and true.
        kind: Of the scores of the run; None where the state is of all of them.
    """
    probability = state.probability
    if kind is None:
        kind = kind_of(stated=None, outside=probability.outside > 0)
    cells = Cells.from_histogram(state.histogram)
    ranked = why_undefined(cells.sums) is None
    if ranked and split is not None:
        cells = refine_by(split, cells, _cells_to_refine)
    unlikely = probability.why_undefined(kind)
    bins = calibration_bins(cells, kind=kind) if unlikely is None else None
    auc = auc_of_cells(cells)
    threshold = None if bins is None else THRESHOLDS[kind]
    others = cell_metrics(cells, ranked=ranked, threshold=threshold)
    reasons = [
        *_reasons_of_order(auc.undefined_reason, ranked=ranked),
        *_reasons_of_probabilities(probability, unlikely),
        *others.reasons,
    ]
    metrics: dict[str, float | int | str | None] = {
        "rows": state.rows,
        "positives": int(cells.sums.positives.sum()),
        "negatives": int(cells.sums.negatives.sum()),
        "auc": auc.value,
        "auc_lower": auc.lower,
        "auc_upper": auc.upper,
        "auc_stderr": auc.stderr,
        "auc_ci_lower": auc.ci_lower,
        "auc_ci_upper": auc.ci_upper,
        **others.values,
        **_probability_metrics(probability, bins),
        "undefined_reason": "; ".join(reasons) or None,
        "score_kind": kind.value,
    }
    return Evaluation(state, cells, bins, metrics)


def curves_of(evaluation: Evaluation) -> list[Curve]:
    """Return the curves that are defined: roc, pr, calibration, score_positive, score_negative."""
    cells = evaluation.cells
    curves: list[Curve] = []
    if evaluation.metrics["auc"] is not None:
        curves += [roc_curve(cells), precision_recall_curve(cells)]
    if evaluation.bins is not None:
        curves.append(calibration_curve(evaluation.bins))
    return [*curves, *score_curves(cells)]


def _cells_to_refine(cells: Cells) -> Booleans:
    return auc_cells_to_refine(cells, None) | cells_to_refine_for_metrics(cells, WIDEST_GAP)


def _probability_metrics(
    sums: ProbabilitySums, bins: CalibrationBins | None
) -> dict[str, float | None]:
    return {
        "log_loss": sums.log_loss() if bins and math.isfinite(sums.loss_sum) else None,
        "brier": sums.brier() if bins else None,
        "calibration_error": expected_calibration_error(bins) if bins else None,
        "predicted_over_observed": sums.predicted_over_observed() if bins else None,
    }


def _reasons_of_order(auc: str | None, *, ranked: bool) -> list[str]:
    if auc is None:
        return []
    return [auc if ranked else f"{OF_ORDER}: {auc}"]


def _reasons_of_probabilities(sums: ProbabilitySums, unlikely: str | None) -> list[str]:
    if unlikely is not None:
        return [f"{OF_PROBABILITIES}: {unlikely}"]
    reasons = []
    if not math.isfinite(sums.loss_sum):
        reasons.append("log_loss: the sum of losses exceeds the largest number")
    if sums.predicted_over_observed() is None:
        reasons.append("predicted_over_observed: no positives")
    return reasons
