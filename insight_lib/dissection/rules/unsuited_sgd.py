"""Plain gradient descent moves layers at rates too different for one learning rate.

**Looks for** an optimizer recorded as SGD without momentum, at its usual rate of {default_rate} or
less, in a run that did not learn, whose layers move by shares of their weights that differ
{spread} times and more (medians over {min_steps} traced steps at least, of layers that move at
all), the slowest by less than {slow} a step.

**Why it matters** The rate that suits the layer with the largest gradient leaves the others where
they began; one that suits these throws that layer away. Whatever the number of epochs, most of the
model hardly learns: a warning.

**What to do** Use Adam at {adam_rate} (or RMSprop), which bring each weight's step to one size;
otherwise add momentum of 0.9, scale the inputs and raise the rate. Where a cause is named, such as
a vanishing gradient, remove that first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, share_confidence
from insight_lib.dissection.findings.remedy import FaultType, remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run import recorded_training
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.view import RunView


@dataclass(frozen=True)
class Thresholds:
    """Learning rates, shares of weights, counts of steps."""

    default_rate: float = threshold(0.01, source="Keras's SGD; who chose a higher rate tuned it.")
    spread: float = threshold(
        100.0, source="Layers of a healthy network of the zoo differ by up to 21."
    )
    slow: float = threshold(1e-4, source="DL4J calls 1e-3 usual; a tenth of that is slow.")
    adam_rate: float = threshold(1e-3, source="Keras's Adam.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


# A rate is recorded in single precision.
_ROUNDING = 1e-6


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's optimizer."""
    known = recorded_training.optimizer(view)
    if known is None or known.name != "SGD" or known.momentum or known.learning_rate is None:
        return
    if known.learning_rate > limits.default_rate * (1 + _ROUNDING) or has_learnt(view):
        return
    moving = movements(view)
    moved = np.where(moving.values > 0, moving.values, np.nan)
    judged = np.flatnonzero(np.isfinite(moved).sum(axis=1) >= limits.min_steps)
    if judged.size < 2:
        return
    typical = np.nanmedian(moved[judged], axis=1)
    slow, fast = int(np.argmin(typical)), int(np.argmax(typical))
    if typical[slow] >= limits.slow or typical[fast] < limits.spread * typical[slow]:
        return
    of_layer = [moving.layers[judged[place]] for place in (slow, fast)]
    steps = np.isfinite(moved[judged[slow]])
    yield Finding(
        severity="warning",
        title=(
            f"Plain SGD at {number(known.learning_rate)} moves layer {of_layer[0]} by "
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
        remedy=remedy("optimizer", f"Adam({number(limits.adam_rate)})", old="SGD"),
        confidence=share_confidence(int(steps.sum()), int(steps.sum())),
    )


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
