"""Plain gradient descent moves layers at rates too different for one learning rate.

**Looks for** an optimizer recorded as SGD without momentum, at its usual rate of {default_rate} or
less, in a run that did not learn, either

* whose layers move by shares of their weights that differ {spread} times and more (medians over
  {min_steps} traced steps at least, of layers that move at all), the slowest by less than {slow} a
  step; or
* whose weights end, in every layer, less than {little:%} of their size away from their start. Of a
  rate far below the usual one see learning_rate_too_low; or
* whose loss still falls at its end nearly as fast as at its start, as in too_few_epochs, and where
  it is known what guessing costs.

**Why it matters** The rate that suits the layer with the largest gradient leaves the others where
they began; one that suits these throws that layer away. Where the gradient is small everywhere,
plain steps, which shrink with it, leave the whole model where it began. Whatever the number of
epochs, most of the model hardly learns: a warning.

**What to do** Use Adam at {adam_rate} (or RMSprop), which bring each weight's step to one size;
otherwise add momentum of 0.9, scale the inputs and raise the rate. Where a cause is named, such as
a vanishing gradient, remove that first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.unfinished_fall import unfinished_fall
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.little_movement import (
    LITTLE,
    SGD_RATE,
    is_low_rate,
    is_plain_sgd,
    little_movement,
)
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Optimizer
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Learning rates, shares of weights, counts of steps."""

    default_rate: float = threshold(
        SGD_RATE, source="Keras's SGD; who chose a higher rate tuned it."
    )
    spread: float = threshold(
        100.0, source="Layers of a healthy network of the zoo differ by up to 21."
    )
    slow: float = threshold(1e-4, source="DL4J calls 1e-3 usual; a tenth of that is slow.")
    little: float = threshold(
        LITTLE, source="Weights of the zoo's healthy runs end 0.22 and more from their start."
    )
    adam_rate: float = threshold(1e-3, source="Keras's Adam.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's optimizer."""
    known = recorded_training.optimizer(view)
    if known is None or not is_plain_sgd(known, limits.default_rate):
        return
    found = (
        _of_layers(view, known, limits)
        or _of_movement(view, known, limits)
        or _of_fall(view, known, limits)
    )
    if found is not None:
        yield found


def _of_layers(view: RunView, known: Optimizer, limits: Thresholds) -> Finding | None:
    """Return a finding on layers that one rate does not suit, if there are any."""
    if has_learnt(view):
        return None
    moving = movements(view)
    moved = np.where(moving.values > 0, moving.values, np.nan)
    judged = np.flatnonzero(np.isfinite(moved).sum(axis=1) >= limits.min_steps)
    if judged.size < 2:
        return None
    typical = np.nanmedian(moved[judged], axis=1)
    slow, fast = int(np.argmin(typical)), int(np.argmax(typical))
    if typical[slow] >= limits.slow or typical[fast] < limits.spread * typical[slow]:
        return None
    of_layer = [moving.layers[judged[place]] for place in (slow, fast)]
    steps = np.isfinite(moved[judged[slow]])
    return Finding(
        severity="warning",
        title=(
            f"Plain SGD at {_rate(known)} moves layer {of_layer[0]} by "
            f"{number(float(typical[slow]))} of its weights a step and layer {of_layer[1]} by "
            f"{number(float(typical[fast]))}"
        ),
        origin_step=view.first_step,
        evidence={
            "learning_rate": known.learning_rate,
            "layers": [moving.layers[place] for place in judged],
            "update_ratio_by_layer": typical.tolist(),
        },
        advice=(
            f"Use Adam at {number(limits.adam_rate)} in place of plain SGD: no one rate suits both "
            "layers; or add momentum of 0.9, scale the inputs and raise the rate."
        ),
        remedy=_adam(limits),
        confidence=share_confidence(int(steps.sum()), int(steps.sum())),
    )


def _of_movement(view: RunView, known: Optimizer, limits: Thresholds) -> Finding | None:
    """Return a finding on weights that hardly moved in the whole run, if they did not."""
    movement = little_movement(view, limits.little)
    if movement is None or is_low_rate(known):
        return None
    return Finding(
        severity="warning",
        title=(
            f"Plain SGD at {_rate(known)} moved no layer by more than "
            f"{number(100 * movement.moved)} % of its weights in all {movement.steps:,} steps "
            f"(layer {movement.layer} most)"
        ),
        origin_step=view.first_step,
        evidence={
            "learning_rate": known.learning_rate,
            "largest_change": movement.moved,
            "typical_update_ratio": movement.typical,
        },
        advice=_advice(limits),
        remedy=_adam(limits),
    )


def _of_fall(view: RunView, known: Optimizer, limits: Thresholds) -> Finding | None:
    """Return a finding on a loss that falls steadily but too slowly, if it does."""
    fall = unfinished_fall(view)
    if fall is None or fall.wanted is None or is_low_rate(known):
        return None
    return Finding(
        severity="warning",
        title=(
            f"Plain SGD at {_rate(known)} brought the training loss {fall.loss.name} from "
            f"{number(fall.values[0])} to {number(fall.values[-1])} only, and at that pace it "
            f"takes about {fall.wanted}"
        ),
        origin_step=view.first_step,
        evidence={
            "learning_rate": known.learning_rate,
            "more_epochs": fall.more_epochs,
            "more_steps": fall.more_steps,
            **series(fall.loss.name, fall.steps, fall.values),
        },
        advice=_advice(limits),
        remedy=_adam(limits),
    )


def _advice(limits: Thresholds) -> str:
    return (
        f"Use Adam at {number(limits.adam_rate)} in place of plain SGD, whose steps are as small "
        "as the gradient; or add momentum of 0.9 and raise the rate by a factor of ten."
    )


def _rate(known: Optimizer) -> str:
    return number(known.learning_rate or 0.0)


def _adam(limits: Thresholds) -> Remedy:
    return remedy("optimizer", f"Adam({number(limits.adam_rate)})", old="SGD")


RULE = Rule(
    name="unsuited_sgd",
    title="Plain SGD unsuited",
    needs=("the recorded optimizer", "updates of layers"),
    severity="warning",
    fault_type=FaultType.OPTIMIZER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=("Plain SGD at 0.01 moves layer a by 1e-06 of its weights a step and layer b by 0.001"),
    check=check,
)
