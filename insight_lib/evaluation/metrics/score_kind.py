"""What the scores of a run are: of all of its steps, splits and slices alike.

A part of a run whose scores happen to lie within [0, 1] holds logits all the same if others of its
scores do not, and log loss, calibration and counts at 0.5 of these would be plausible and wrong.
"""

from enum import StrEnum

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats


class ScoreKind(StrEnum):
    """As in column ``score_kind`` of table ``evaluations``."""

    PROBABILITY = "probability"
    """Every score of the run lies within [0, 1], and nothing says that they are logits."""
    LOGIT = "logit"
    """The configuration says so: the logistic function of a score is a probability."""
    UNBOUNDED = "unbounded"
    """Some score lies outside [0, 1], and nothing says that they are logits: they may as well be
    margins, percentages, or probabilities that were computed wrongly. They rank, no more."""


def kind_of(*, stated: str | None, outside: bool) -> ScoreKind:
    """Return the kind of a run's scores.

    Args:
        stated: What the configuration calls them, as in ``[predictions] scores``; None: nothing.
        outside: Whether any of them lies outside [0, 1].
    """
    if stated == ScoreKind.LOGIT:
        return ScoreKind.LOGIT
    return ScoreKind.UNBOUNDED if outside else ScoreKind.PROBABILITY


def is_outside(scores: Floats) -> Booleans:
    """Return where a score is no probability, shape (n,)."""
    return (scores < 0) | (scores > 1)


def logistic(logits: Floats) -> Floats:
    """Return the probability that each logit stands for, shape (n,), in 0 to 1."""
    # The exponent is never positive, so that it cannot overflow.
    decay = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1.0, decay) / (1.0 + decay)
