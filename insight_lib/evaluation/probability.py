"""Metrics of scores that are probabilities: log loss, Brier score, predicted over observed."""

import math
from dataclasses import dataclass, fields

import numpy as np

from insight_lib.evaluation.arrays import ScoredRows

CLIP = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in the log loss, as ``sklearn.metrics.log_loss``
does; otherwise one certain and wrong example makes it infinite."""


@dataclass(frozen=True)
class ProbabilitySums:
    """The mergeable state of these metrics; all sums are weighted.

    Attributes:
        outside: Rows whose score lies outside [0, 1] (not weighted).
        weight: Sum of weights.
        label_sum: Of labels.
        score_sum: Of scores.
        loss_sum: Of negative log likelihoods, in nats; rows outside [0, 1] as if at its end.
        squared_error_sum: Of (score - label)^2.
    """

    outside: int = 0
    weight: float = 0.0
    label_sum: float = 0.0
    score_sum: float = 0.0
    loss_sum: float = 0.0
    squared_error_sum: float = 0.0

    @classmethod
    def empty(cls) -> "ProbabilitySums":
        """The state of no rows, neutral in a merge."""
        return cls()

    @classmethod
    def from_rows(cls, rows: ScoredRows) -> "ProbabilitySums":
        """Return the state of these rows."""
        score, label, weight = rows.scores, rows.labels, rows.weights
        outside = int(np.count_nonzero((score < 0) | (score > 1)))
        if outside:
            # Nothing below is defined any more, and huge scores would overflow.
            return cls(outside=outside, weight=float(weight.sum()))
        clipped = np.clip(score, CLIP, 1 - CLIP)
        loss = -np.log(np.where(label, clipped, 1 - clipped))
        return cls(
            outside,
            float(weight.sum()),
            float(weight[label].sum()),
            float((weight * score).sum()),
            float((weight * loss).sum()),
            float((weight * (score - label) ** 2).sum()),
        )

    def merge(self, other: "ProbabilitySums") -> "ProbabilitySums":
        """The state of the rows of both."""
        both = ProbabilitySums(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        )
        return ProbabilitySums(both.outside, both.weight) if both.outside else both

    @property
    def undefined_reason(self) -> str | None:
        """Why none of these metrics is defined, or None if they are."""
        if self.outside:
            return f"no probabilities: {self.outside} scores lie outside [0, 1]"
        return None if 0 < self.weight < math.inf else "no rows of positive, finite weight"

    def log_loss(self) -> float:
        """Mean negative log likelihood, in nats, at least 0."""
        return self.loss_sum / self.weight

    def brier(self) -> float:
        """Mean squared error of the probability, in 0 to 1."""
        return self.squared_error_sum / self.weight

    def predicted_over_observed(self) -> float | None:
        """Sum of scores over sum of labels, 1 at best; None where there are no positives."""
        return self.score_sum / self.label_sum if self.label_sum > 0 else None
