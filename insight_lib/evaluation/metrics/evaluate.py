"""All metrics of one group of rows, in the columns of table ``evaluations``."""

from dataclasses import dataclass

from insight_lib.evaluation.metrics.arrays import ScoredRows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.calibration import CalibrationBins, calibration_bins
from insight_lib.evaluation.metrics.curves import (
    Curve,
    calibration_curve,
    precision_recall_curve,
    roc_curve,
    score_curves,
)
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.metric import Need, Summed
from insight_lib.evaluation.metrics.refinement import Split, refine_by, splitter
from insight_lib.evaluation.metrics.registry import cells_to_refine_for, compute_all
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind, kind_of

COUNTED = ("rows", "positives", "negatives", "score_kind")
"""Columns that are no metrics: they say what is there, and are never undefined."""


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
    if kind is None:
        kind = kind_of(stated=None, outside=state.probability.outside > 0)
    unmet = _unmet(state, kind)
    cells = Cells.from_histogram(state.histogram)
    if split is not None:
        cells = refine_by(split, cells, lambda found: cells_to_refine_for(found, unmet))
    bins = None if Need.PROBABILITIES in unmet else calibration_bins(cells, kind=kind)
    computed = compute_all(Summed(cells, state.probability, bins, kind), unmet)
    metrics: dict[str, float | int | str | None] = {
        "rows": state.rows,
        "positives": int(cells.sums.positives.sum()),
        "negatives": int(cells.sums.negatives.sum()),
        **computed.values,
        "undefined_reason": "; ".join(computed.reasons) or None,
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


def _unmet(state: EvaluationState, kind: ScoreKind) -> dict[Need, str]:
    """Return what the rows of a state lack, and why."""
    reasons = {
        Need.CLASSES: why_undefined(state.histogram.sums),
        Need.PROBABILITIES: state.probability.why_undefined(kind),
    }
    return {need: reason for need, reason in reasons.items() if reason is not None}
