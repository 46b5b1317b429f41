"""Units of a ReLU layer that are zero for every example.

**Looks for** ReLU layers in which at least {dead_share:%} of the units gave exactly zero for all
examples of the batch, at {step_share:%} of the traced steps of the run's second half ({min_steps}
at least) or through its last {end_span:%}. Only activations that can be exactly zero are judged: a
zero pixel or a dropped input is no dead unit. Batches of fewer than eight examples are judged
several steps together.

**Why it matters** A dead unit gets no gradient and does not come back by itself: so many of them
are lost capacity, a warning, and a note where the run learnt all the same. A layer of which
{cut_off_share:%} is dead cuts off everything below it: with a training loss that has not fallen by
{fall:%} it is an error, and so is a layer without any unit alive; otherwise a warning. Where an
accuracy has no room left, the units alive suffice: a note.

**What to do** Of units that are dead from the start, look at the layer's bias and initialiser first
(He initialisation, bias 0). Where these are as usual, or the units died during training, use
LeakyReLU, ELU or GELU, or lower the learning rate, which can push a whole layer below zero in one
step. The model's output is no place for a ReLU: give it the activation that its loss asks for.
Layers that die alike are one fault: all but the first of them follow from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from insight_lib.dissection.findings.finding import Finding, percent
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import accuracies, fall_of_training
from insight_lib.dissection.run.learning import GOOD_ACCURACY, has_learnt
from insight_lib.dissection.run.persistence import Lasting, Persistence, lasting
from insight_lib.dissection.run.recorded.activation_ranges import RELU_LIKE
from insight_lib.dissection.run.remedies.dead_remedy import wake_change
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    dead_share: float = threshold(
        0.7,
        source=(
            "AutoTrainer and DeepDiagnosis: 70 %. SageMaker Debugger's 50 % calls a healthy run of "
            "the zoo faulty, in which 4 units of 8 are dead."
        ),
    )
    cut_off_share: float = threshold(
        0.9, source="A layer that passes on less than a tenth is a bottleneck that nobody designed."
    )
    step_share: float = threshold(
        0.8,
        least=0.01,
        source=(
            "The first half is left to the run to settle; other batches may wake units, hence "
            "nearly every step."
        ),
    )
    min_steps: int = threshold(
        3,
        least=1,
        source="SageMaker Debugger too asks for three steps before it calls a layer untrained.",
    )
    end_span: float = threshold(
        0.3,
        least=0.01,
        source=(
            "Of the run's steps: what died late lasts as well, if it does so for that much of it."
        ),
    )
    fall: float = threshold(
        0.5, source="A loss that fell by less than half has not shown that the units left suffice."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each layer with too many dead units."""
    fall = fall_of_training(view)
    tensors = [tensor for tensor in view.of_kind("activation") if _is_relu(tensor)]
    criteria = Persistence(limits.dead_share, limits.step_share, limits.min_steps, limits.end_span)
    dead = list(lasting(view, tensors, "dead_fraction", criteria))
    began = [_began_so(one, limits) for one in dead]
    alike = {
        so: [one.tensor.layer for one, was in zip(dead, began, strict=True) if was == so]
        for so in set(began)
    }
    for one, began_so in zip(dead, began, strict=True):
        change = wake_change(view, one.tensor.layer, alike[began_so], began_so=began_so)
        yield replace(_finding(view, one, fall, limits), **vars(change))


def _finding(view: RunView, one: Lasting, fall: float | None, limits: Thresholds) -> Finding:
    layer, steps = one.tensor.layer, one.steps
    return Finding(
        layer=layer,
        severity=_severity(view, one.typical, fall, limits),
        title=(
            f"{percent(one.typical)} of the units of layer {layer} are dead: they output 0 for "
            f"every example, {one.when}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "dead_share": one.typical,
            "dead_share_at_start": one.start,
            "loss_fall": fall,
            **one.evidence,
        },
        advice="",
        depth=one.tensor.depth,
        passes_nothing=one.typical == 1.0,
        confidence=one.confidence,
    )


def _severity(view: RunView, typical: float, fall: float | None, limits: Thresholds) -> Severity:
    cut_off = typical >= limits.cut_off_share and fall is not None and fall < limits.fall
    if typical == 1.0 or cut_off:
        return "error"
    if typical >= limits.cut_off_share:
        suffice = any(end_level(accuracy.values) >= GOOD_ACCURACY for accuracy in accuracies(view))
    else:
        suffice = has_learnt(view)
    return "info" if suffice else "warning"


def _began_so(one: Lasting, limits: Thresholds) -> bool:
    """Return whether the units were dead before training could have killed them.

    Batches differ: what is dead at one of the first two traced steps and most of what died was dead
    at the first of them began so.
    """
    known = one.values[np.isfinite(one.values)][:2]
    early = known.size and known.max() >= limits.dead_share
    return bool(early and one.start >= limits.dead_share / 2)


def _is_relu(tensor: TensorSeries) -> bool:
    return tensor.activation in RELU_LIKE or tensor.layer_type == "ReLU"


RULE = Rule(
    name="dead_units",
    title="Dead units",
    needs=("activations of ReLU layers",),
    severity="error",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "100 % of the units of layer hidden_0 are dead: they output 0 for every example, at 6 of 6 "
        "traced steps, the first at step 0"
    ),
    check=check,
    of_layers=True,
)
