"""What a loss shows of a step that threw the weights, where the optimizer is known."""

import re
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.recorded.recorded_training import Optimizer
from insight_lib.series.change.levels import end_level
from insight_lib.series.series import Series

# AdamW, NAdam, Adamax, adamw_torch, RMSProp, Lion: not Adagrad and Adadelta, whose rates are large.
_ADAPTIVE = re.compile(r"n?r?adam|rms_?prop|lion|amsgrad|adabelief|adabound", re.IGNORECASE)


def moves_by_its_rate(optimizer: Optimizer) -> bool:
    """Return whether an optimizer moves every weight by about its rate, whatever the gradient."""
    return optimizer.name is not None and _ADAPTIVE.match(optimizer.name) is not None


@dataclass(frozen=True)
class ThrowLimits:
    """When a loss shows that a step threw the weights.

    Attributes:
        rise: how many times its first value it must end at.
        blow_up: or one point must be how many times what the loss is at all points after it.
        flat: which differ by no more than this share.
        least: of which there must be so many.
        absurd: or a point must be so large.
    """

    rise: float
    blow_up: float
    flat: float
    least: int
    absurd: float


@dataclass(frozen=True)
class Throw:
    """The step at which a loss shows it, and what the loss did, for a sentence on the loss."""

    step: int
    values: tuple[float, float]
    is_rise: bool


def find_throw(loss: Series, optimizer: Optimizer, limits: ThrowLimits) -> Throw | None:
    """Return what shows that a step threw the weights; None where nothing does."""
    known = np.isfinite(loss.values)
    steps, values = loss.steps[known], loss.values[known]
    if values.size < 2:
        return None
    first, end, place = float(values[0]), end_level(values), int(np.argmax(values))
    if 0 < limits.rise * first <= min(float(values[-1]), end):
        return Throw(int(steps[np.argmax(values > first)]), (first, float(values[-1])), True)
    # What follows the gradient cannot be trained on labels of that size.
    follows = optimizer.name is not None and not moves_by_its_rate(optimizer)
    is_absurd = follows and values[place] >= limits.absurd
    if is_absurd or _stands_still_after(values, place, limits):
        return Throw(int(steps[place]), (float(values[place]), float(values[-1])), False)
    return None


def _stands_still_after(values: Floats, place: int, limits: ThrowLimits) -> bool:
    after = values[place + 1 :]
    if after.size < limits.least or not after.max() > 0:
        return False
    falls = values[place] >= limits.blow_up * after.max()
    return bool(falls and np.ptp(after) <= limits.flat * after.max())
