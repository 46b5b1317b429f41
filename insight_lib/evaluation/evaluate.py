"""All metrics of one group of rows, in the columns of table ``evaluations``."""

from dataclasses import dataclass

from insight_lib.evaluation.arrays import Booleans, ScoredRows
from insight_lib.evaluation.auc import why_undefined
from insight_lib.evaluation.calibration import (
    CalibrationBins,
    calibration_bins,
    expected_calibration_error,
)
from insight_lib.evaluation.cell_metrics import cell_metrics, cells_to_refine_for_metrics
from insight_lib.evaluation.cells import Cells
from insight_lib.evaluation.certified_auc import WIDEST_GAP, auc_cells_to_refine, auc_of_cells
from insight_lib.evaluation.curves import (
    Curve,
    calibration_curve,
    precision_recall_curve,
    roc_curve,
    score_curves,
)
from insight_lib.evaluation.evaluation_state import EvaluationState
from insight_lib.evaluation.probability import ProbabilitySums
from insight_lib.evaluation.refinement import Split, refine_by, splitter

OF_ORDER = "auc, average_precision, ks, best_f1"
"""What needs both classes: the columns that begin so."""

OF_PROBABILITIES = (
    "log_loss, brier, calibration_error, predicted_over_observed, counts and shares at 0.5"
)
"""What needs scores that are probabilities."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was computed of a group of rows.

    Attributes:
        state: What is kept of them.
        cells: The same rows, finer where the bounds asked for it.
        bins: Calibration; None where scores are no probabilities.
        metrics: Columns ``rows`` to ``undefined_reason`` of table ``evaluations``.
    """

    state: EvaluationState
    cells: Cells
    bins: CalibrationBins | None
    metrics: dict[str, float | int | str | None]


def evaluate(rows: ScoredRows) -> Evaluation:
    """Compute every metric; those of the order of scores within the default tolerances.

    The bounds of the AUC are apart by at most 1e-4 and a hundredth of its standard error, those of
    the average precision, the best F1 and the Kolmogorov-Smirnov distance by at most 1e-4. Counts
    at threshold 0.5 are exact. Log loss, Brier score and predicted over observed are
    sums over rows; the calibration error is over bins that end between cells.
    """
    return evaluate_state(EvaluationState.from_rows(rows), splitter(rows))


def evaluate_state(state: EvaluationState, split: Split | None) -> Evaluation:
    """Compute every metric as `evaluate` does, from the state alone where it is fine enough.

    Args:
        state: Of all rows.
        split: How cells are split that cause too wide bounds; None leaves these as they are, wider
            and true.
    """
    cells = Cells.from_histogram(state.histogram)
    ranked = why_undefined(cells.sums) is None
    if ranked and split is not None:
        cells = refine_by(split, cells, _cells_to_refine)
    probability = state.probability
    bins = calibration_bins(cells) if probability.undefined_reason is None else None
    auc = auc_of_cells(cells)
    others = cell_metrics(cells, ranked=ranked, probabilities=bins is not None)
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
        "undefined_reason": _reasons(auc.undefined_reason, ranked, probability, others.reasons),
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
        "log_loss": sums.log_loss() if bins else None,
        "brier": sums.brier() if bins else None,
        "calibration_error": expected_calibration_error(bins) if bins else None,
        "predicted_over_observed": sums.predicted_over_observed() if bins else None,
    }


def _reasons(
    auc: str | None, ranked: bool, probability: ProbabilitySums, others: list[str]
) -> str | None:
    """Why metrics are null, each reason with what it is about."""
    reasons = []
    if auc is not None:
        reasons.append(auc if ranked else f"{OF_ORDER}: {auc}")
    unlikely = probability.undefined_reason
    if unlikely is not None:
        reasons.append(f"{OF_PROBABILITIES}: {unlikely}")
    elif probability.predicted_over_observed() is None:
        reasons.append("predicted_over_observed: no positives")
    return "; ".join([*reasons, *others]) or None
