"""Whether one score ranks better than others, over the families that both were judged on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import wilcoxon

LEAST_OF_A_CLASS = 3
"""Failed and healthy runs that a family must have: the AUC of fewer is a matter of one run."""
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Comparison:
    """Ours against another.

    Attributes:
        difference: mean over families of ours minus theirs.
        families: that have a figure of both.
        wins: families where ours is greater.
        p_value: two-sided, of the Wilcoxon signed-rank test; NaN of fewer than two families.
        adjusted: the same, corrected after Holm for all comparisons that are made.
    """

    difference: float
    families: int
    wins: int
    p_value: float
    adjusted: float

    @property
    def is_ahead(self) -> bool:
        """Whether ours is greater by more than chance."""
        return self.difference > 0 and self.adjusted < SIGNIFICANT


def compare(
    ours: Mapping[str, float], others: Mapping[str, Mapping[str, float]]
) -> dict[str, Comparison]:
    """Compare figures of families, by another's name; p-values are corrected for all of these.

    Args:
        ours: family to our figure.
        others: name to family to its figure; families that only one side has are left out.
    """
    differences = {
        name: np.array([ours[one] - theirs[one] for one in sorted(ours.keys() & theirs.keys())])
        for name, theirs in others.items()
    }
    p_values = [_p_value(each) for each in differences.values()]
    pairs = zip(differences.items(), p_values, holm(p_values), strict=True)
    return {
        name: Comparison(
            float(each.mean()) if each.size else np.nan,
            int(each.size),
            int(np.sum(each > 0)),
            p_value,
            adjusted,
        )
        for (name, each), p_value, adjusted in pairs
    }


def _p_value(differences: np.ndarray) -> float:
    if differences.size < 2:
        return np.nan
    if not differences.any():
        return 1.0
    return float(wilcoxon(differences, zero_method="zsplit").pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted after Holm (1979), in their order; a NaN is no comparison.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [np.nan] * len(p_values)
    known = sorted((p, place) for place, p in enumerate(p_values) if not np.isnan(p))
    reached = 0.0
    for rank, (p, place) in enumerate(known):
        reached = max(reached, min(1.0, p * (len(known) - rank)))
        adjusted[place] = reached
    return adjusted
