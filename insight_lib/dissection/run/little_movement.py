"""How far the weights of a run moved in all, and whether its optimizer is one that moves little."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.divergence import moves_by_its_rate
from insight_lib.dissection.run.data.small_batches import movements_together
from insight_lib.dissection.run.guessing.baseline import guessing_loss, uninformed_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import main_tensors
from insight_lib.dissection.run.persistence import typical_of_moving
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Optimizer
from insight_lib.dissection.run.short_way import went_short_way
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

LITTLE = 0.2
"""Of their size. Weights of runs that learnt end about a quarter of it or more from their start."""
SGD_RATE = 0.01
LOW_RATE = 0.02
_ADAPTIVE_RATE = 1e-3
_MIN_STEPS = 5
# Weights that were traced later than that may have moved before.
_LATEST_START = 0.1
# Who has learnt something has moved further than who has not.
_OF_SHORT_WAY = 0.75
# What ends before that tells too little of the rest.
_EARLIEST_END = 0.3
# A rate is recorded in single precision.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class LittleMovement:
    """The movement of the weights of a run that learnt little, all of which ended near their start.

    Attributes:
        moved: the distance of the layer that moved most, as a share of its weights' size.
        layer: that layer.
        typical: the size of one step, as a share of the weights, in the typical layer.
        steps: how many steps there were.
    """

    moved: float
    layer: str
    typical: float
    steps: int


def little_movement(view: RunView, little: float = LITTLE) -> LittleMovement | None:
    """Return the movement of a run that learnt little if no layer moved far; None of others.

    None also where it is not known what guessing costs: the run may have begun with weights that
    were ready.

    Args:
        view: the run.
        little: the distance from which on it is far, as a share of the weights' size.
    """
    last = view.last_step
    if last is None or cost_of_guessing(view) is None:
        return None
    if has_learnt(view):
        if not went_short_way(view):
            return None
        little *= _OF_SHORT_WAY
    distances = {one.layer: _distance(one, last) for one in main_tensors(view, "weight")}
    moved = {layer: one for layer, one in distances.items() if one is None or one > 0}
    known = {layer: one for layer, one in moved.items() if one is not None}
    if not known or len(known) < len(moved):
        return None
    layer = max(known, key=lambda name: known[name])
    typical = typical_of_moving(movements_together(view).values)
    if known[layer] >= little or not (typical > 0).any():
        return None
    return LittleMovement(known[layer], layer, median(typical[typical > 0]), last)


def cost_of_guessing(view: RunView) -> float | None:
    """Return the loss of guessing; where labels do not tell, of calling all equally likely."""
    guessing = guessing_loss(view)
    return uninformed_loss(view) if guessing is None else guessing


def _distance(weight: TensorSeries, last_step: int) -> float | None:
    """Return how far a weight ended from its start, as a share of its size; None if not known.

    After the last traced step it is taken to have gone on as fast as before.
    """
    known = np.isfinite(weight["change_since_start"])
    steps = weight.steps[known]
    if steps.size < _MIN_STEPS or steps[0] > _LATEST_START * last_step:
        return None
    if steps[-1] < _EARLIEST_END * last_step:
        return None
    return float(weight["change_since_start"][known][-1]) * last_step / int(steps[-1])


def is_plain_sgd(optimizer: Optimizer | None, highest: float = SGD_RATE) -> bool:
    """Return whether an optimizer is SGD without momentum, at a rate of so much or less."""
    if optimizer is None or optimizer.name != "SGD" or optimizer.momentum:
        return False
    rate = optimizer.learning_rate
    return rate is not None and rate <= highest * (1 + _ROUNDING)


def is_low_rate(optimizer: Optimizer | None, share: float = LOW_RATE) -> bool:
    """Return whether the rate is that share or less of the default of such an optimizer."""
    if optimizer is None or not optimizer.learning_rate:
        return False
    default = SGD_RATE if optimizer.name == "SGD" else _ADAPTIVE_RATE
    if optimizer.name != "SGD" and not moves_by_its_rate(optimizer):
        return False
    return optimizer.learning_rate <= share * default * (1 + _ROUNDING)


def blames_plain_sgd(view: RunView) -> bool:
    """Return whether it is plain SGD at a usual rate that hardly moves the weights."""
    optimizer = recorded_training.optimizer(view)
    if not is_plain_sgd(optimizer) or is_low_rate(optimizer):
        return False
    return little_movement(view) is not None
