"""How well scores rank failed runs above healthy ones, and how many of them are found."""

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from insight_lib.columnar.arrays import Booleans, Floats

MOST_FALSE_ALARMS = 0.05
"""Share of healthy runs that may be flagged: the issue's, and that of the shipped threshold."""
RESAMPLES = 1000
"""Of a bootstrap: the ends of a 95 % interval are then each an average of 25 resamples."""


def auc(failed: Booleans, scores: Floats) -> float:
    """Return the chance that a failed run has the higher score; ties count half.

    NaN where either class is missing. Both arrays have shape (runs,); scores must be known.
    """
    if failed.all() or not failed.any():
        return np.nan
    return float(roc_auc_score(failed, scores))


def weighted_auc(failed: Booleans, scores: Floats, weights: Floats) -> float:
    """Return `auc` where each run counts as often as its weight says; NaN without a class.

    Weights, (runs,), are 0 or more. Faster than scikit-learn's, for thousands of resamples.
    """
    levels, place = np.unique(scores, return_inverse=True)
    ill = np.bincount(place, weights=weights * failed, minlength=levels.size)
    well = np.bincount(place, weights=weights * ~failed, minlength=levels.size)
    both = ill.sum() * well.sum()
    if both == 0:
        return np.nan
    return float(np.sum(ill * (np.cumsum(well) - well / 2)) / both)


def threshold_of(failed: Booleans, scores: Floats, most: float = MOST_FALSE_ALARMS) -> float:
    """Return the least threshold that at most that share of healthy runs lies above.

    A run is flagged where its score is above the threshold. Infinite without a healthy run.
    """
    healthy = np.sort(scores[~failed])
    if healthy.size == 0:
        return np.inf
    allowed = int(most * healthy.size + 1e-9)
    return float(healthy[healthy.size - 1 - allowed]) if allowed < healthy.size else -np.inf


def recall(failed: Booleans, scores: Floats, most: float = MOST_FALSE_ALARMS) -> float:
    """Return the share of failed runs above the `threshold_of` these runs; NaN without one."""
    if not failed.any():
        return np.nan
    return float(np.mean(scores[failed] > threshold_of(failed, scores, most)))


def rate_by_group(flagged: Booleans, groups: npt.NDArray[np.str_]) -> dict[str, float]:
    """Return the share of flagged runs of each group, by rising name; all shapes (runs,)."""
    return {str(name): float(np.mean(flagged[groups == name])) for name in np.unique(groups)}


def auc_by_group(
    failed: Booleans, scores: Floats, groups: npt.NDArray[np.str_], least: int = 1
) -> dict[str, float]:
    """Return the AUC within each group that has ``least`` failed and healthy runs, by name."""
    found = {}
    for name in np.unique(groups):
        inside = groups == name
        if min(failed[inside].sum(), (~failed[inside]).sum()) >= least:
            found[str(name)] = auc(failed[inside], scores[inside])
    return found
