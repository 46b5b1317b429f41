"""Metrics that cells alone give, in the columns of table ``evaluations``."""

from dataclasses import dataclass, field

import numpy as np

from insight_lib.evaluation.metrics.arrays import Booleans
from insight_lib.evaluation.metrics.average_precision import (
    average_precision,
    average_precision_gaps,
)
from insight_lib.evaluation.metrics.confusion import (
    best_f1,
    cells_that_may_exceed_the_best_f1,
    confusion_at,
)
from insight_lib.evaluation.metrics.kolmogorov_smirnov import (
    cells_that_may_exceed_the_distance,
    class_distance,
)
from insight_lib.evaluation.metrics.refinement import cells_to_refine
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind

THRESHOLDS = {ScoreKind.PROBABILITY: 0.5, ScoreKind.LOGIT: 0.0}
"""The score whose probability is 0.5, where one is called positive unless a threshold was chosen;
scikit-learn's too."""

RANKING = (
    "average_precision",
    "average_precision_lower",
    "average_precision_upper",
    "ks",
    "ks_upper",
    "ks_score",
    "best_f1",
    "best_f1_upper",
    "best_f1_threshold",
    "best_f1_precision",
    "best_f1_recall",
)
"""Columns that only the order of scores decides; undefined where the AUC is."""

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
SHARES = ("precision", "recall", "accuracy", "f1")
UNDEFINED_SHARES = {
    "precision": "no probability reaches 0.5",
    "recall": "no positives",
    "accuracy": "no rows",
    "f1": "no positives and no probability that reaches 0.5",
}


@dataclass
class CellMetrics:
    """Columns of table ``evaluations`` and why some are null.

    Attributes:
        values: By column.
        reasons: Why a column is null, each with the columns it is about.
    """

    values: dict[str, float | None] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


def cells_to_refine_for_metrics(cells: Cells, tolerance: float) -> Booleans:
    """Choose the cells to split for each metric's bounds to come within the tolerance.

    Args:
        cells: Of both classes, each with weight.
        tolerance: Of the average precision, the best F1 and the Kolmogorov-Smirnov distance.
    """
    for_precision = cells_to_refine(average_precision_gaps(cells), tolerance)
    for_distance = cells_that_may_exceed_the_distance(cells, tolerance)
    return for_precision | for_distance | cells_that_may_exceed_the_best_f1(cells, tolerance)


def cell_metrics(cells: Cells, *, ranked: bool, threshold: float | None) -> CellMetrics:
    """Compute ``RANKING``, the prevalence, and counts and shares at a probability of 0.5.

    Args:
        cells: Cells of some rows, or of none.
        ranked: Whether both classes are there, each with weight (``auc.why_undefined``); if not,
            the reason is the caller's to give, as it is the AUC's.
        threshold: The score whose probability is 0.5; None where scores stand for none or no row
            has weight: the reason why there is nothing at 0.5 is then the caller's to give.
    """
    found = CellMetrics(dict.fromkeys(("prevalence", *RANKING, *COUNTS, *SHARES)))
    _add_prevalence(cells, found)
    if ranked:
        found.values |= _ranking(cells)
    if threshold is not None:
        _add_fixed_threshold(cells, threshold, found)
    return found


def _add_prevalence(cells: Cells, found: CellMetrics) -> None:
    positive = float(cells.sums.positive_weight.sum())
    weight = positive + float(cells.sums.negative_weight.sum())
    if 0 < weight < np.inf:
        found.values["prevalence"] = positive / weight
    else:
        found.reasons.append("prevalence: no rows of positive, finite weight")


def _ranking(cells: Cells) -> dict[str, float | None]:
    precision = average_precision(cells)
    distance = class_distance(cells)
    best = best_f1(cells)
    values = (
        precision.value,
        precision.lower,
        precision.upper,
        distance.value,
        distance.upper,
        distance.score,
        best.confusion.f1,
        best.upper,
        best.threshold,
        best.confusion.precision,
        best.confusion.recall,
    )
    return dict(zip(RANKING, values, strict=True))


def _add_fixed_threshold(cells: Cells, threshold: float, found: CellMetrics) -> None:
    confusion = confusion_at(cells, threshold)
    for name in (*COUNTS, *SHARES):
        found.values[name] = getattr(confusion, name)
        if found.values[name] is None:
            found.reasons.append(f"{name}: {UNDEFINED_SHARES[name]}")
