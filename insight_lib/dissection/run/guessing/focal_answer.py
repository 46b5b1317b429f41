"""What the best constant answer costs under a focal cross entropy [1].

A hit of probability c costs (1 - c)^gamma (-ln c).

[1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollar, Focal loss for dense object detection.
International Conference on Computer Vision (2017).
"""

from collections.abc import Sequence

import numpy as np

from insight_lib.columnar.arrays import Floats

# Close to 0 and 1, where the best answers of rare and of frequent classes lie.
_ENDS = np.geomspace(1e-6, 0.5, 2048)
_ANSWERS = np.concatenate([_ENDS, 1 - _ENDS[-2::-1]])
_HALVINGS = 60


def cost_of_focal_rates(
    rates: Sequence[float], gamma: float, weights: tuple[float, float]
) -> float:
    """Return the mean over units of the least cost of a constant.

    Args:
        rates: how often each unit should be 1.
        gamma: the focusing parameter.
        weights: of a unit that should be 0, and of one that should be 1.
    """
    hit, miss = _cost(_ANSWERS, gamma), _cost(1 - _ANSWERS, gamma)
    costs = [rate * weights[1] * hit + (1 - rate) * weights[0] * miss for rate in rates]
    return float(np.mean([cost.min() for cost in costs]))


def cost_of_focal_shares(shares: Floats, gamma: float, weight: float) -> float:
    """Return the least cost of the same probabilities for all examples, of classes with shares.

    At the least, the share times the slope of the cost is the same for every class.
    """
    known = shares[shares > 0]
    slopes = np.maximum.accumulate(np.gradient(_cost(_ANSWERS, gamma), _ANSWERS))
    low, high = float(slopes[0]), 0.0
    answers = known
    for _ in range(_HALVINGS):
        level = (low + high) / 2
        answers = np.interp(level / known, slopes, _ANSWERS)
        low, high = (low, level) if answers.sum() > 1 else (level, high)
    return float(weight * (known * _cost(answers / answers.sum(), gamma)).sum())


def _cost(answers: Floats, gamma: float) -> Floats:
    found: Floats = -((1 - answers) ** gamma) * np.log(answers)
    return found
