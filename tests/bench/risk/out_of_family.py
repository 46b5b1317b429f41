"""Scores of rows by a learner that has not seen their family: the same folds for every baseline."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from tests.bench.risk.study_table import Study


class Learner(Protocol):
    """A classifier as scikit-learn has them."""

    def fit(self, inputs: Floats, failed: Booleans) -> object:
        """Learn from rows."""

    def predict_proba(self, inputs: Floats) -> Floats:
        """Return the probability of each class, (rows, classes)."""


def scores_out_of_family(
    study: Study, inputs: Floats, make: Callable[[], Learner], shares: tuple[float, ...]
) -> Floats:
    """Return the log-odds of failure of each row to foresee, (rows,); NaN for all other rows.

    One model a share and family that is left out, learnt from the rows to foresee of all others.

    Args:
        study: the rows.
        inputs: (rows, columns).
        make: returns an untrained learner.
        shares: at which rows are scored.
    """
    found = np.full(study.failed.size, np.nan)
    for share in shares:
        rows = study.at(share)
        for family in np.unique(study.family[rows]):
            is_test = study.family[rows] == family
            train, test = rows[~is_test], rows[is_test]
            # scikit-learn's trees refuse a column of which nothing is known.
            known = ~np.isnan(inputs[train]).all(axis=0)
            learner = make()
            learner.fit(inputs[np.ix_(train, known)], study.failed[train])
            found[test] = log_odds(learner.predict_proba(inputs[np.ix_(test, known)])[:, 1])
    return found


def log_odds(probability: Floats) -> Floats:
    """Return log(p / (1 - p)), finite also for 0 and 1."""
    tiny = 1e-9
    cut = np.clip(probability, tiny, 1 - tiny)
    return np.log(cut) - np.log1p(-cut)
