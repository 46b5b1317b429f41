"""Precision, recall, accuracy and F1 where scores from a threshold on are called positive.

With TP, FP, TN and FN the weights of what is called rightly and wrongly:

    precision = TP / (TP + FP)    recall = TP / (TP + FN)
    accuracy = (TP + TN) / all    F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of the former two

They are exact where a cell starts at the threshold. The best F1 over all thresholds lies between
the best of those and, with TP_b and FP_b the weights in the cells above cell b,

    max over open b of 2 (TP_b + p_b) / (P + TP_b + p_b + FP_b)

as if all positives of a cell came before its negatives [1].

[1] Z. Lipton, C. Elkan, B. Naryanaswamy, "Optimal thresholding of classifiers to maximize F1
measure", ECML PKDD (2014) 225-239: the best threshold is not 0.5 and lies far below it for rare
positives.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.evaluation.metrics.metric import (
    WIDEST_GAP,
    Bounded,
    Metric,
    Need,
    Outcome,
    Summed,
)
from insight_lib.evaluation.metrics.score_intervals import Cells, once_for_cells
from insight_lib.evaluation.metrics.score_keys import key_scores, order_keys
from insight_lib.evaluation.metrics.score_kind import ScoreKind

EVEN_ODDS = {ScoreKind.PROBABILITY: 0.5, ScoreKind.LOGIT: 0.0}
"""The score whose probability is 0.5, where one is called positive unless a threshold was chosen;
scikit-learn's too."""

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
UNDEFINED_SHARES = {
    "precision": "no probability reaches 0.5",
    "recall": "no positives",
    "accuracy": "no rows",
    "f1": "no positives and no probability that reaches 0.5",
}


@dataclass(frozen=True)
class Confusion:
    """Weights of what is called rightly and wrongly at one threshold; all finite.

    Attributes:
        true_positives: Of label 1, at or above the threshold.
        false_positives: Of label 0, at or above it.
        true_negatives: Of label 0, below it.
        false_negatives: Of label 1, below it.
    """

    true_positives: float
    false_positives: float
    true_negatives: float
    false_negatives: float

    @property
    def precision(self) -> float | None:
        """Share of label 1 in what is called positive; None where nothing is."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """Share of label 1 that is called positive; None where label 1 has no weight."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def accuracy(self) -> float | None:
        """Share called rightly; None where nothing has weight."""
        right = self.true_positives + self.true_negatives
        return _ratio(right, right + self.false_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        """F1; None where there is no label 1 and nothing is called so."""
        wrong = self.false_positives + self.false_negatives
        return _ratio(2 * self.true_positives, 2 * self.true_positives + wrong)


@dataclass(frozen=True)
class BestF1:
    """The threshold of the greatest F1, the highest if there are several.

    Attributes:
        threshold: Scores from here on are called positive.
        confusion: At this threshold, exact.
        upper: No threshold gives more; certified, up to rounding.
    """

    threshold: float
    confusion: Confusion
    upper: float


def confusion_at(cells: Cells, threshold: float) -> Confusion:
    """Return the confusion at a threshold at which no cell is split.

    Zero, and a power of two such as 0.5, is the start of a bucket at every width.
    """
    key = order_keys(np.array([threshold]))[0]
    return _confusion(cells, int(np.searchsorted(cells.low, key)))


def best_f1(cells: Cells) -> BestF1:
    """Return the best threshold among the starts of cells of both classes, each with weight."""
    reached, inside = _f1(cells)
    # Of equal ones the last, as cells rise.
    place = len(reached) - 1 - int(np.argmax(reached[::-1]))
    upper = min(max(float(reached[place]), float(inside.max())), 1.0)
    threshold = float(key_scores(cells.low[place : place + 1])[0])
    return BestF1(threshold, _confusion(cells, place), upper)


def cells_that_may_exceed_the_best_f1(cells: Cells, tolerance: float) -> Booleans:
    """Choose the open cells of both classes within which F1 may exceed the best by ``tolerance``.

    Returns:
        Shape (c,); refined until none is chosen, upper - F1 is at most the tolerance.
    """
    reached, inside = _f1(cells)
    beyond: Booleans = inside > reached.max() + tolerance
    return beyond


def _confusion(cells: Cells, start: int) -> Confusion:
    positive, negative = cells.sums.positive_weight, cells.sums.negative_weight
    return Confusion(
        float(positive[start:].sum()),
        float(negative[start:].sum()),
        float(negative[:start].sum()),
        float(positive[:start].sum()),
    )


@once_for_cells
def _f1(cells: Cells) -> tuple[Floats, Floats]:
    """Return F1 where each cell starts, and the greatest possible within it."""
    positive, negative = cells.sums.positive_weight, cells.sums.negative_weight
    true = np.cumsum(positive[::-1])[::-1]
    false = np.cumsum(negative[::-1])[::-1]
    total = true[0]
    reached = 2 * true / (total + true + false)
    inside = 2 * true / (total + true + (false - negative))
    # A cell of one class only reaches no more than at its ends.
    mixed = cells.open & (np.minimum(positive, negative) > 0)
    return reached, np.where(mixed, inside, 0.0)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _outcome_of_best_f1(summed: Summed) -> Outcome:
    best = best_f1(summed.cells)
    at_best = best.confusion
    return Outcome((at_best.f1, best.upper, best.threshold, at_best.precision, at_best.recall))


def _refine_for_best_f1(cells: Cells) -> Booleans:
    return cells_that_may_exceed_the_best_f1(cells, WIDEST_GAP)


def _outcome_at_even_odds(summed: Summed) -> Outcome:
    confusion = confusion_at(summed.cells, EVEN_ODDS[summed.kind])
    counts = [getattr(confusion, name) for name in COUNTS]
    shares = {name: getattr(confusion, name) for name in UNDEFINED_SHARES}
    undefined = [name for name, share in shares.items() if share is None]
    reasons = tuple(f"{name}: {UNDEFINED_SHARES[name]}" for name in undefined)
    return Outcome((*counts, *shares.values()), reasons)


METRICS = (
    Metric(
        "best_f1",
        50,
        ("best_f1", "best_f1_upper", "best_f1_threshold", "best_f1_precision", "best_f1_recall"),
        Need.CLASSES,
        _outcome_of_best_f1,
        refine=_refine_for_best_f1,
        bounds=Bounded("best_f1", lower="best_f1", upper="best_f1_upper"),
    ),
    Metric(
        "counts and shares at 0.5",
        100,
        (*COUNTS, *UNDEFINED_SHARES),
        Need.PROBABILITIES,
        _outcome_at_even_odds,
    ),
)
