"""Metrics of probabilities: log loss, Brier score, predicted over observed.

Of logits they are those of the logistic function of the scores; the log loss is computed from the
logits themselves, as ``BCEWithLogitsLoss`` and Keras with ``from_logits`` do, so that a certain and
wrong example costs what it costs.
"""

import math
from dataclasses import dataclass, fields

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.evaluation.metrics.arrays import ScoredRows
from insight_lib.evaluation.metrics.metric import Metric, Need, Outcome, Summed
from insight_lib.evaluation.metrics.score_kind import ScoreKind, is_outside, logistic

CLIP = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in the log loss, as ``sklearn.metrics.log_loss``
does; otherwise one certain and wrong example makes it infinite."""

IF_LOGITS = f'if they are logits, set scores = "{ScoreKind.LOGIT}" in section [predictions]'


@dataclass(frozen=True)
class ProbabilitySums:
    """The mergeable state of these metrics, of rows of one run; all sums are weighted.

    Attributes:
        outside: Rows whose score lies outside [0, 1] (not weighted); 0 of logits.
        weight: Sum of weights.
        label_sum: Of labels.
        score_sum: Of probabilities.
        loss_sum: Of negative log likelihoods, in nats; rows outside [0, 1] as if at its end.
        squared_error_sum: Of (probability - label)^2.
    """

    outside: int = 0
    weight: float = 0.0
    label_sum: float = 0.0
    score_sum: float = 0.0
    loss_sum: float = 0.0
    squared_error_sum: float = 0.0

    @classmethod
    def empty(cls) -> "ProbabilitySums":
        """Return the state of no rows, neutral in a merge."""
        return cls()

    @classmethod
    def from_rows(
        cls, rows: ScoredRows, kind: ScoreKind = ScoreKind.PROBABILITY
    ) -> "ProbabilitySums":
        """Return the state of these rows, all of the kind of the run that they are of."""
        if kind is ScoreKind.LOGIT:
            return cls._of(rows, logistic(rows.scores), _loss_of_logits(rows))
        outside = int(np.count_nonzero(is_outside(rows.scores)))
        if outside:
            # Nothing below is defined any more, and huge scores would overflow.
            return cls(outside=outside, weight=float(rows.weights.sum()))
        clipped = np.clip(rows.scores, CLIP, 1 - CLIP)
        loss = -np.log(np.where(rows.labels, clipped, 1 - clipped))
        return cls._of(rows, rows.scores, loss)

    @classmethod
    def _of(cls, rows: ScoredRows, probability: Floats, loss: Floats) -> "ProbabilitySums":
        label, weight = rows.labels, rows.weights
        # Logits near the end of float64 may overflow the loss, which is then undefined.
        with np.errstate(over="ignore"):
            loss_sum = float((weight * loss).sum())
        return cls(
            0,
            float(weight.sum()),
            float(weight[label].sum()),
            float((weight * probability).sum()),
            loss_sum,
            float((weight * (probability - label) ** 2).sum()),
        )

    def merge(self, other: "ProbabilitySums") -> "ProbabilitySums":
        """Return the state of the rows of both."""
        both = ProbabilitySums(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        )
        return ProbabilitySums(both.outside, both.weight) if both.outside else both

    def why_undefined(self, kind: ScoreKind) -> str | None:
        """Return why none of these metrics is defined, or None if they are.

        Args:
            kind: Of the run, which other rows than these may have decided.
        """
        if kind is ScoreKind.UNBOUNDED:
            which = f"{self.outside} scores" if self.outside else "other scores of the run"
            return f"no probabilities: {which} lie outside [0, 1] ({IF_LOGITS})"
        return None if 0 < self.weight < math.inf else "no rows of positive, finite weight"

    def log_loss(self) -> float:
        """Return the mean negative log likelihood, in nats, at least 0."""
        return self.loss_sum / self.weight

    def brier(self) -> float:
        """Return the mean squared error of the probability, in 0 to 1."""
        return self.squared_error_sum / self.weight

    def predicted_over_observed(self) -> float | None:
        """Return the sum of probabilities over that of labels; None without positives."""
        return self.score_sum / self.label_sum if self.label_sum > 0 else None


def _loss_of_logits(rows: ScoredRows) -> Floats:
    """Return the loss of each row: ln(1 + exp(-s)) of a positive, ln(1 + exp(s)) of a negative."""
    against = np.where(rows.labels, -rows.scores, rows.scores)
    return np.maximum(against, 0.0) + np.log1p(np.exp(-np.abs(against)))


def _log_loss(summed: Summed) -> Outcome:
    if math.isfinite(summed.probability.loss_sum):
        return Outcome((summed.probability.log_loss(),))
    return Outcome((None,), ("log_loss: the sum of losses exceeds the largest number",))


def _brier(summed: Summed) -> Outcome:
    return Outcome((summed.probability.brier(),))


def _predicted_over_observed(summed: Summed) -> Outcome:
    found = summed.probability.predicted_over_observed()
    reasons = ("predicted_over_observed: no positives",) if found is None else ()
    return Outcome((found,), reasons)


METRICS = (
    Metric("log_loss", 60, ("log_loss",), Need.PROBABILITIES, _log_loss),
    Metric("brier", 70, ("brier",), Need.PROBABILITIES, _brier),
    Metric(
        "predicted_over_observed",
        90,
        ("predicted_over_observed",),
        Need.PROBABILITIES,
        _predicted_over_observed,
    ),
)
