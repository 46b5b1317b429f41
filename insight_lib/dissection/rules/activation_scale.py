"""The outputs of the layers grow or shrink from layer to layer.

**Looks for** hidden layers of the same kind (all dense, all convolutional) whose outputs, as root
mean square, rise or fall with depth, layer after layer (rank correlation {ladder} or more), by a
factor of {ratio} in all, before the first update or at {step_share:%} of the traced steps
({min_steps} at least), over at least {min_layers} layers, in a run that has not learnt; in one that
has, it is a note. (Once biases have moved, they hide a signal that shrinks.)

**Why it matters** Signals that shrink like this are lost in the biases, and the gradient shrinks
too; signals that grow like this saturate the next layers, or overflow. Depth multiplies: twice as
many layers square the ratio.

**What to do** Initialise every layer by its shape (He with ReLU, Glorot otherwise), put
normalisation between the layers, or residual connections around them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import Stack, hidden_activations, rank_correlation, stack
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Ratios of root mean squares, correlations, shares of traced steps, counts."""

    ratio: float = threshold(
        1e3,
        least=1,
        source=(
            "DL4J asks for a spread of 0.5 to 2 in every layer. In healthy runs of the zoo hidden "
            "layers differ by less than ten."
        ),
    )
    ladder: float = threshold(
        0.8, source="Rank correlation of depth and size: a trend, not one odd layer."
    )
    min_layers: int = threshold(4, least=1, source="Fewer layers do not show a trend.")
    step_share: float = threshold(0.8, least=0.01, source="Persistence: nearly every step.")
    min_steps: int = threshold(
        3, source="SageMaker Debugger too asks for three steps before it calls a layer untrained."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer at the end of the ladder, for the kind that has the longest.

    Kinds are told by the class of the layer.
    """
    kinds: dict[str | None, list[TensorSeries]] = {}
    for tensor in hidden_activations(view):
        if tensor.depth is not None:
            kinds.setdefault(tensor.layer_type, []).append(tensor)
    longest = max(kinds.values(), key=len, default=[])
    if len(longest) < limits.min_layers:
        return
    sizes = stack(longest, [_root_mean_square(tensor) for tensor in longest])
    ratios = _ratios(sizes)
    judged = np.isfinite(ratios)
    if not judged.any():
        return
    beyond = np.abs(np.log(ratios[judged])) >= np.log(limits.ratio)
    steps, values = sizes.steps[judged], sizes.values[:, judged]
    begins_so = bool(beyond[0] and steps[0] == 0)
    # What explodes with the first update has no other step whose outputs are finite.
    least = sizes.steps.size if begins_so else steps.size
    if least < limits.min_steps or (beyond.mean() < limits.step_share and not begins_so):
        return
    if abs(rank_correlation(values[:, :1] if begins_so else values)) >= limits.ladder:
        found = Stack(steps, ratios[judged])
        yield _finding(view, longest, found, beyond, begins_so=begins_so)


def _finding(
    view: RunView,
    tensors: list[TensorSeries],
    ratios: Stack,
    beyond: Booleans,
    *,
    begins_so: bool,
) -> Finding:
    first, last = tensors[0], tensors[-1]
    ratio, steps = median(ratios.values[beyond]), ratios.steps[beyond]
    what = "grow" if ratio > 1 else "shrink"
    return Finding(
        layer=last.layer,
        severity="info" if has_learnt(view) else "warning",
        title=(
            f"The outputs {what} from layer to layer: those of layer {last.layer} are "
            f"{number(ratio)} times those of layer {first.layer}, {len(tensors) - 1} layers below, "
            f"at {steps.size} of {beyond.size} traced steps, the first at step {int(steps[0])}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "ratio_of_last_to_first": ratio,
            "traced_steps": int(ratios.steps.size),
            **series("ratio_of_last_to_first", ratios.steps, ratios.values),
        },
        advice=(
            f"Initialise the layers {first.layer} to {last.layer} by their shape (he_normal with "
            "ReLU, glorot_uniform otherwise), or put normalisation between them."
        ),
        layers=tuple(tensor.layer for tensor in tensors),
        depth=first.depth,
        # Before the first update it is the initialisation alone, and no matter of steps.
        confidence=1.0 if begins_so else share_confidence(int(beyond.sum()), int(beyond.size)),
    )


def _root_mean_square(tensor: TensorSeries) -> Floats:
    finite = tensor["count"] * (1 - tensor["nan_fraction"] - tensor["inf_fraction"])
    with np.errstate(invalid="ignore", divide="ignore"):
        sizes = tensor["l2"] / np.sqrt(finite)
    return np.where(sizes > 0, sizes, np.nan)


def _ratios(sizes: Stack) -> Floats:
    """Return the last layer's size over the first one's at each step; NaN if one is unknown."""
    with np.errstate(over="ignore", invalid="ignore"):
        ratios = sizes.values[-1] / sizes.values[0]
    return np.where(np.isfinite(ratios) & (ratios > 0), ratios, np.nan)


RULE = Rule(
    name="activation_scale",
    title="Outputs grow or shrink with depth",
    needs=("activations of several layers of a kind with their depth",),
    severity="warning",
    fault_type=FaultType.INITIALISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The outputs shrink from layer to layer: those of layer e are 0.0001 times those of layer "
        "a, 4 layers below, at 3 of 3 traced steps, the first at step 0"
    ),
    check=check,
    of_layers=True,
)
