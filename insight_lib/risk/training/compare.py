"""Whether one model is better than another, on families that neither has seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.models.learner import log_losses

LEAST_STANDARD_ERRORS = 1.0
"""How far a model must be ahead: of models within one standard error of the least cross-validated
loss the simplest is taken, here the one that is in use (Breiman et al., Classification and
Regression Trees, 1984, section 3.4.3)."""
# A gain in one group alone is exactly one standard error: rounding must not make it clear.
_ROUNDED_UP = 1 + 1e-9


@dataclass(frozen=True)
class Gain:
    """How much mean log loss one model saves against another.

    Attributes:
        mean: in nats a run; above 0 the new one is better.
        stderr: its standard error, in which the runs of a group may depend on each other; NaN under
            two groups.
        is_clear: mean above LEAST_STANDARD_ERRORS * stderr.
    """

    mean: float
    stderr: float
    is_clear: bool


def is_better(
    failed: Floats, new_log_odds: Floats, old_log_odds: Floats, groups: Sequence[str]
) -> Gain:
    """Return the gain of the new log-odds over the old ones, see `gain_of`.

    Args:
        failed: shape (rows,), 1 or 0; at least one row.
        new_log_odds: shape (rows,), out of fold.
        old_log_odds: the same of what it is compared with.
        groups: families or experiments of the rows.
    """
    return gain_of(log_losses(old_log_odds, failed) - log_losses(new_log_odds, failed), groups)


def gain_of(gain: Floats, groups: Sequence[str]) -> Gain:
    """Return the gain whose part of each row is known.

    stderr = sqrt(K / (K - 1) * sum over K groups of (sum of gain - mean gain)^2) / rows.

    Args:
        gain: shape (rows,), saved log loss; at least one row.
        groups: families or experiments of the rows.
    """
    mean = float(gain.mean())
    names, place = np.unique(np.array(groups, dtype=np.str_), return_inverse=True)
    if names.size < 2:
        return Gain(mean, float("nan"), is_clear=False)
    by_group = np.bincount(place, weights=gain - mean)
    factor = names.size / (names.size - 1)
    stderr = float(np.sqrt(factor * np.sum(by_group**2)) / gain.size)
    return Gain(mean, stderr, mean > _ROUNDED_UP * LEAST_STANDARD_ERRORS * stderr)
