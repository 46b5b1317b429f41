"""Weights held so near to zero by their regularisation that nothing can be said with them.

**Looks for** kernels with a recorded L1 or L2 regulariser whose size (root of the sum of squares)
ends at less than {left:%} of what it was before the first update, all of them, in a run that did
not learn, and which add {outweighs:%} of the training loss or more before that update. A
regulariser that adds less shrinks only what gets no other gradient, such as a layer of dead units.

**Why it matters** What a regulariser adds to the loss falls as weights shrink, whatever becomes of
the answers. Where it outweighs the rest, the cheapest model is one of zeros, which answers every
example alike.

**What to do** Divide the factor by ten until the loss without it falls (1e-4 is usual, Keras's
``"l2"`` is 0.01), or leave the regulariser out until the model can memorise its training examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, percent, series
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import start_of_training, training_loss
from insight_lib.dissection.run.learning import has_learnt, is_lost, tells_of_learning
from insight_lib.dissection.run.network import main_tensors
from insight_lib.dissection.run.recorded.recorded_layers import Penalty, penalties
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    outweighs: float = threshold(
        0.5, source="What adds less than the rest at the start is not what the loss falls by."
    )
    left: float = threshold(
        0.2,
        source=(
            "Weight decay of a healthy training takes a tenth; a fifth of the weights leaves a "
            "twenty-fifth of the variance of what passes."
        ),
    )


@dataclass(frozen=True)
class _Shrunk:
    weight: TensorSeries
    penalty: Penalty
    left: float


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the kernel that shrank most."""
    known = penalties(view)
    shrunk = [
        _Shrunk(weight, known[weight.layer], _left(weight))
        for weight in main_tensors(view, "weight")
        if weight.layer in known and weight.tensor == "kernel"
        if weight.steps[0] == 0 and weight.steps.size > 1
    ]
    # Numbers that are not finite count for nothing in a size.
    if not shrunk or is_lost(view) or not tells_of_learning(view) or has_learnt(view):
        return
    if max(one.left for one in shrunk) >= limits.left:
        return
    loss = training_loss(view)
    start = np.nan if loss is None else start_of_training(view, loss)
    if sum(map(_least_added, shrunk)) >= limits.outweighs * start:
        yield _finding(shrunk)


def _least_added(one: _Shrunk) -> float:
    """Return the least that a kernel adds to the loss before the first update.

    The sum of absolute values is no less than the root of the sum of squares.
    """
    size = float(one.weight["l2"][0])
    return one.penalty.factor * (size**2 if one.penalty.name == "l2" else size)


def _left(weight: TensorSeries) -> float:
    """Return the size at the end over that at the start; infinite where that is not known."""
    start, end = float(weight["l2"][0]), float(weight["l2"][-1])
    return end / start if start > 0 and np.isfinite(end) else np.inf


def _finding(shrunk: list[_Shrunk]) -> Finding:
    worst = min(shrunk, key=lambda one: one.left)
    weight, penalty = worst.weight, worst.penalty
    layer = weight.layer
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"The kernel of layer {layer} shrank to {percent(worst.left)} of its size under "
            f"{penalty.name} = {number(penalty.factor)}, and nothing shows that the run learnt"
        ),
        first_step=0,
        last_step=int(weight.steps[-1]),
        evidence={
            "share_left": worst.left,
            "regulariser": penalty.name,
            "factor": penalty.factor,
            **series("l2", weight.steps, weight["l2"]),
        },
        advice=(
            f"Divide the factor {penalty.name} of the regulariser of layer {layer} by ten, and "
            "again, until the loss without it falls (1e-4 is usual), or leave it out at first."
        ),
        remedy=remedy(
            penalty.name, float(f"{penalty.factor / 10:.1g}"), old=penalty.factor, layer=layer
        ),
        layers=tuple(one.weight.layer for one in shrunk),
        depth=shrunk[0].weight.depth,
    )


RULE = Rule(
    name="regularisation_too_strong",
    title="Regularisation too strong",
    needs=("the recorded regularisers", "weights before the first update and at the end"),
    severity="warning",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The kernel of layer hidden shrank to 1 % of its size under l2 = 3, and nothing shows that "
        "the run learnt"
    ),
    check=check,
    of_layers=True,
)
