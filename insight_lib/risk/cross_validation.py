"""Folds that never hold one group on both sides, and how strongly to regularise."""

from collections.abc import Iterator, Sequence

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.arrays import Places
from insight_lib.risk.matrix import FeatureMatrix
from insight_lib.risk.model import fit

MOST_FOLDS = 10
"""Up to here each group is left out alone; more groups share this many folds, to bound the cost."""

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""L2 penalties to choose from: 1 is scikit-learn's default, 100 leaves little but the base rate."""

DEFAULT_STRENGTH = 10.0
"""Where the groups are too few to choose: each coefficient as if it stood at 0 with a standard
deviation of 0.3 log-odds (Gaussian prior, variance 1 / strength)."""


def folds(groups: Sequence[str], failed: Floats) -> Iterator[tuple[Places, Places]]:
    """Yield (training rows, test rows): each row is a test row once, each group on one side only.

    Groups are dealt in order of their failure rate, so that groups with failed runs spread over the
    folds as evenly as they can; which group goes where does not depend on the order of rows.

    Args:
        groups: the group of each row.
        failed: shape (rows,), 1 or 0.
    """
    names = np.array(groups, dtype=np.str_)
    rates = {name: float(failed[names == name].mean()) for name in sorted(set(groups))}
    dealt = sorted(rates, key=lambda name: (rates[name], name))
    count = min(len(dealt), MOST_FOLDS)
    for first in range(count):
        test = np.isin(names, dealt[first::count])
        yield np.flatnonzero(~test), np.flatnonzero(test)


def single_group_of(outcome: float, groups: Sequence[str], failed: Floats) -> str | None:
    """Return the group that holds all rows of an outcome; None where several do.

    Without that group a model would have nothing to learn the outcome from.
    """
    holding = {group for group, one in zip(groups, failed, strict=True) if one == outcome}
    return holding.pop() if len(holding) == 1 else None


def choose_strength(matrix: FeatureMatrix, failed: Floats, groups: Sequence[str]) -> float:
    """Return the penalty of STRENGTHS with the least log loss on groups that were left out.

    Of equals the strongest. DEFAULT_STRENGTH where leaving one group out leaves a single class.
    """
    if any(single_group_of(outcome, groups, failed) for outcome in (0.0, 1.0)):
        return DEFAULT_STRENGTH
    losses = {}
    for strength in STRENGTHS:
        total = 0.0
        for train, test in folds(groups, failed):
            model = fit(matrix.rows(train), failed[train], strength)
            total += _log_loss(model.log_odds(matrix.rows(test)), failed[test])
        losses[strength] = total
    return min(losses, key=lambda strength: (losses[strength], -strength))


def _log_loss(log_odds: Floats, failed: Floats) -> float:
    """Sum of negative log likelihoods, from log-odds, so that no probability rounds to 0 or 1."""
    return float(np.logaddexp(0.0, np.where(failed == 1, -log_odds, log_odds)).sum())
