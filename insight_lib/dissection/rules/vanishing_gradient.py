"""Lower layers get almost none of the gradient that the top layer gets.

**Looks for** a gradient that shrinks from layer to layer on its way down (rank correlation with
depth {ladder} or more), so that at {step_share:%} of the traced steps ({min_steps} at least) the
lowest of at least {min_layers} layers get less than {ratio} of the top layer's (root mean square of
the elements that are not zero, of each layer's largest tensor; normalisation and embedding layers
are left out). One small layer between larger ones is not judged, nor is a gradient that is exactly
zero (see dead units and blind spots).

**Why it matters** The layers below learn that much slower than those above, or not at all: the
network is as good as its top layers on random features. It is an error where the training loss has
not fallen by {fall:%} either; where it has, but not below what guessing gives, a warning. Where the
run learnt, as one with attention does whose queries hardly matter, upper layers suffice: a note.

**What to do** Use ReLU-like activations with He initialisation in place of sigmoid or tanh; where
they are in place already, initialise by He; add normalisation or residual connections; use fewer
layers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import fall_of_training
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import (
    is_embedding,
    main_tensors,
    rank_correlation,
    stack,
    touched_rms,
)
from insight_lib.dissection.run.persistence import share_of_known
from insight_lib.dissection.run.remedies.vanishing_remedy import feed_change
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Ratios of gradients, shares of traced steps, counts."""

    ratio: float = threshold(
        1e-3,
        source=(
            "AutoTrainer: the first layer's gradient below 1e-3 of the last one's. In healthy runs "
            "of the zoo the least of any layer is 0.04."
        ),
    )
    step_share: float = threshold(
        0.8,
        least=0.01,
        source=(
            "Persistence in place of AutoTrainer's absolute 1e-4, which depends on the scale of "
            "the loss."
        ),
    )
    min_steps: int = threshold(
        3, source="SageMaker Debugger too asks for three steps before it calls a layer untrained."
    )
    min_layers: int = threshold(3, least=1, source="Fewer layers do not show a trend.")
    ladder: float = threshold(
        0.8, source="Rank correlation of depth and gradient: a trend, not one odd layer."
    )
    fall: float = threshold(
        0.5, source="A loss that fell by less than half has not shown that the top layers suffice."
    )


@dataclass(frozen=True)
class _Starved:
    """Ratios (layers, steps) to the top layer's gradient, and the places of the starved layers."""

    tensors: list[TensorSeries]
    steps: Integers
    ratios: Floats
    places: Integers

    @property
    def lowest(self) -> Floats:
        """The ratios (steps,) of the lowest starved layer."""
        ratios: Floats = self.ratios[self.places[0]]
        return ratios


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the lowest layer of those that the gradient does not reach."""
    tensors = [t for t in main_tensors(view, "gradient") if not is_embedding(t)]
    tensors = [t for t in tensors if t.depth is not None]
    if len(tensors) < limits.min_layers:
        return
    sizes = stack(tensors, [touched_rms(tensor) for tensor in tensors])
    ratios = _ratios(sizes.values)
    shares = share_of_known(ratios < limits.ratio, np.isfinite(ratios), limits.min_steps)
    places = np.flatnonzero(shares >= limits.step_share)
    if places.size and rank_correlation(sizes.values) >= limits.ladder:
        starved = _Starved(tensors, sizes.steps, ratios, places)
        change = feed_change(view, [tensors[place] for place in places])
        yield replace(_finding(view, starved, limits), **vars(change))


def _finding(view: RunView, starved: _Starved, limits: Thresholds) -> Finding:
    tensors, ratios, places = starved.tensors, starved.ratios, starved.places
    lowest, top = tensors[places[0]], tensors[-1]
    steps = starved.steps[(ratios[places] < limits.ratio).any(axis=0)]
    judged = int(np.isfinite(starved.lowest).sum())
    below = int((starved.lowest < limits.ratio).sum())
    ratio = float(np.nanmedian(starved.lowest))
    others = f" ({places.size} layers in all)" if places.size > 1 else ""
    fall = fall_of_training(view)
    return Finding(
        layer=lowest.layer,
        severity=_severity(view, fall, limits),
        title=(
            f"Layer {lowest.layer} gets {number(ratio)} of the gradient of the top layer "
            f"{top.layer} at {percent(below / judged)} of the traced steps{others}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "median_ratio_to_top": ratio,
            "top_layer": top.layer,
            "ratio_by_layer": [
                float(np.nanmedian(row)) if np.isfinite(row).any() else None for row in ratios
            ],
            "traced_steps": judged,
            "loss_fall": fall,
            **series("gradient_ratio_to_top", starved.steps, starved.lowest),
        },
        advice="",
        layers=tuple(tensors[place].layer for place in places),
        confidence=share_confidence(below, judged),
    )


def _ratios(sizes: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratios = sizes / sizes[-1]
    return np.where(np.isfinite(ratios), ratios, np.nan)


def _severity(view: RunView, fall: float | None, limits: Thresholds) -> Severity:
    if fall is not None and fall < limits.fall:
        return "error"
    return "info" if has_learnt(view) else "warning"


RULE = Rule(
    name="vanishing_gradient",
    title="Vanishing gradient",
    needs=("gradients of several layers with their depth",),
    severity="error",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Layer hidden_0 gets 1e-05 of the gradient of the top layer out at 100 % of the traced "
        "steps (2 layers in all)"
    ),
    check=check,
    of_layers=True,
)
