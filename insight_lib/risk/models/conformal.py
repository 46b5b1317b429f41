"""From which score on a run is flagged: few false alarms, also in families that were not seen.

Split-conformal prediction (Vovk et al. 2005; Lei et al. 2018) takes a quantile of the scores of
healthy runs that the model was not fitted to. Its promise is for runs exchangeable with these; the
runs of a new family are not, the families are (Dunn, Wasserman and Ramdas 2022, "Distribution-free
prediction sets for two-layer hierarchical models"). With K families their exact bound cannot be
below 1 / (K + 1), 7 % for fourteen; so the level is chosen by leaving each family out in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats

MOST_FALSE_ALARMS = 0.05
"""In the mean over families."""
MOST_IN_A_FAMILY = 0.10
"""In the worst of them."""
LEVELS = (0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.01, 0.005, 0.0)
"""Shares of false alarms, in the mean over the families at hand, to choose from."""


@dataclass(frozen=True)
class Threshold:
    """A run is flagged where its score is above ``flag_above``.

    Attributes:
        flag_above: in calibrated log-odds; infinite where no healthy run was there to set it.
        level: share of false alarms that was allowed, in the mean over the families at hand.
        mean_unseen: share of false alarms, mean over families, each with the threshold that the
            other families set; NaN under two families.
        worst_unseen: the same of the worst family.
        is_met: whether both are within MOST_FALSE_ALARMS and MOST_IN_A_FAMILY.
    """

    flag_above: float
    level: float
    mean_unseen: float
    worst_unseen: float
    is_met: bool


def choose_threshold(healthy: Mapping[str, Floats]) -> Threshold:
    """Return the threshold of the greatest level that keeps false alarms in bounds when left out.

    Where none does, the one of level 0, with ``is_met`` false.

    Args:
        healthy: family to the scores of its healthy runs, of a model that had not seen the family.
    """
    families = [np.sort(scores) for _, scores in sorted(healthy.items()) if scores.size]
    if not families:
        return Threshold(float("inf"), MOST_FALSE_ALARMS, np.nan, np.nan, is_met=False)
    candidates = np.unique(np.concatenate(families))
    rates = np.array([_share_above(scores, candidates) for scores in families])
    if len(families) < 2:
        place = _first_allowed(rates, MOST_FALSE_ALARMS)
        return Threshold(float(candidates[place]), MOST_FALSE_ALARMS, np.nan, np.nan, is_met=False)
    for level in LEVELS:
        unseen = unseen_rates(rates, level)
        mean, worst = float(np.mean(unseen)), float(np.max(unseen))
        is_met = mean <= MOST_FALSE_ALARMS and worst <= MOST_IN_A_FAMILY
        if is_met:
            break
    flag_above = float(candidates[_first_allowed(rates, level)])
    return Threshold(flag_above, level, mean, worst, is_met)


def unseen_rates(rates: Floats, level: float) -> Floats:
    """Return each family's share of false alarms under the threshold of all others.

    Args:
        rates: shape (families, candidates), share of false alarms by rising candidate threshold.
        level: see `Threshold`.

    Returns:
        Shape (families,).
    """
    every = np.arange(len(rates))
    places = [_first_allowed(rates[every != one], level) for one in every]
    found: Floats = rates[every, places]
    return found


def _first_allowed(rates: Floats, level: float) -> int:
    """Return the first candidate of at most ``level`` in the mean, MOST_IN_A_FAMILY in each."""
    is_allowed = (rates.mean(axis=0) <= level) & (rates.max(axis=0) <= MOST_IN_A_FAMILY)
    return int(np.argmax(is_allowed))


def _share_above(scores: Floats, candidates: Floats) -> Floats:
    """Return the share of the rising scores that is above each candidate."""
    return 1 - np.searchsorted(scores, candidates, side="right") / scores.size
