"""How well scores tell failed runs from healthy ones, whatever scale they are on."""

import numpy as np

from insight_lib.columnar.arrays import Floats


def roc_auc(failed: Floats, score: Floats) -> float:
    """Return the chance that a failed run is ranked above a healthy one; ties count half.

    NaN where one outcome is missing. By the rank sum (Mann and Whitney 1947).

    >>> roc_auc(np.array([0.0, 1.0]), np.array([0.2, 0.7]))
    1.0
    """
    positive = int(failed.sum())
    negative = failed.size - positive
    if not (positive and negative):
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(count) - (count - 1) / 2
    ranks = float(middle_rank[place][failed == 1].sum())
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def recall_at(failed: Floats, score: Floats, false_alarms: float) -> float:
    """Return the greatest share of failed runs flagged with at most this share of false alarms.

    A run is flagged where its score is above a threshold, the same for all runs; NaN where one
    outcome is missing.
    """
    healthy, sick = np.sort(score[failed == 0]), score[failed == 1]
    if not (healthy.size and sick.size):
        return float("nan")
    allowed = int(np.floor(false_alarms * healthy.size + 1e-9))
    threshold = healthy[healthy.size - 1 - allowed] if allowed < healthy.size else -np.inf
    return float(np.mean(sick > threshold))
