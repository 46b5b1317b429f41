"""What every learner of the risk of failure takes and gives."""

from typing import Protocol

import numpy as np

from insight_lib.columnar.arrays import Floats


class Fitted(Protocol):
    """A fitted model; it scores with numpy alone."""

    def log_odds(self, values: Floats) -> Floats:
        """Return the natural log-odds of failure, shape (rows,).

        Args:
            values: shape (rows, features), NaN where a feature is not known.
        """
        ...


class Learner(Protocol):
    """A way to learn, with all of its settings."""

    def fit(self, values: Floats, failed: Floats, weight: Floats, seed: int) -> Fitted:
        """Return the model of these rows; the same arguments give the same one.

        Args:
            values: shape (rows, features), NaN where a feature is not known.
            failed: shape (rows,), 1 failed, 0 healthy; both occur.
            weight: shape (rows,), above 0.
            seed: of all chance.
        """
        ...


def probability_of(log_odds: Floats) -> Floats:
    """Return 1 / (1 + exp(-log_odds)), without overflow; the same shape."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def log_losses(log_odds: Floats, failed: Floats) -> Floats:
    """Return the negative log likelihood of each row, from log-odds: no probability rounds to 0."""
    return np.logaddexp(0.0, np.where(failed == 1, -log_odds, log_odds))
