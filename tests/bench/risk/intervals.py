"""Intervals by resampling whole groups: runs of one program are alike and do not count alone."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats
from tests.bench.risk.ranking import RESAMPLES, weighted_auc

COVERAGE = 0.95


def group_weights(
    groups: npt.NDArray[np.str_], resamples: int = RESAMPLES, seed: int = 0
) -> Floats:
    """Return how often each run counts in each bootstrap resample of groups.

    Shape (resamples, runs). A resample draws as many groups as there are, with replacement.
    """
    names, place = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(names.size, size=(resamples, names.size))
    counts = np.stack([np.bincount(one, minlength=names.size) for one in drawn])
    return counts[:, place].astype(np.float64)


def interval(values: Floats, coverage: float = COVERAGE) -> tuple[float, float]:
    """Return the percentile interval of resampled values; NaN are left out, (NaN, NaN) of none."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.nan, np.nan
    outside = (1 - coverage) / 2
    low, high = np.quantile(known, [outside, 1 - outside])
    return float(low), float(high)


def resampled(statistic: Callable[[Floats], float], weights: Floats) -> tuple[float, float]:
    """Return the interval of a statistic of the runs' weights over the rows of ``weights``."""
    return interval(np.array([statistic(one) for one in weights]))


def auc_interval(
    failed: Booleans, scores: Floats, groups: npt.NDArray[np.str_]
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the AUC, groups resampled whole."""
    _, place = np.unique(scores, return_inverse=True)
    ranks = place.astype(np.float64)
    return resampled(lambda one: weighted_auc(failed, ranks, one), group_weights(groups))
