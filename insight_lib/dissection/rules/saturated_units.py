"""A sigmoid or tanh layer sits at the flat ends of its function.

**Looks for** layers with a sigmoid, hard sigmoid or tanh in which at least {saturated_share:%} of
the outputs lie where the slope is below 1 % of its greatest, at {step_share:%} of the traced steps
of the run's second half ({min_steps} at least) or through its last {end_span:%}. The model's output
is left out: a sure answer is what is wanted there.

**Why it matters** Hardly any gradient passes a flat end: the layer and all below it stand still,
whatever the learning rate. Where the run learns nevertheless it is a note. It is an error where
{cut_off_share:%} are saturated and the training loss has not fallen by {fall:%}.

**What to do** Scale the inputs to mean 0 and spread 1, use a smaller initialisation (Glorot) where
one was set by hand, otherwise ReLU in place of the function, or normalisation before the layer.
Layers that saturate alike are one fault: all but the first of them follow from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from insight_lib.dissection.findings.finding import Finding, percent
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import fall_of_training
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import hidden_activations
from insight_lib.dissection.run.persistence import Lasting, Persistence, lasting
from insight_lib.dissection.run.remedies.saturated_remedy import steepen_change
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    saturated_share: float = threshold(
        0.5, source="DeepDiagnosis and SageMaker Debugger: more than half."
    )
    cut_off_share: float = threshold(
        0.9,
        source=(
            "The rest passes so little that the layer hardly passes anything on; as for dead units."
        ),
    )
    fall: float = threshold(
        0.1,
        source=(
            "With less, the layers above have hardly found a use for what the layer still passes."
        ),
    )
    step_share: float = threshold(
        0.8, least=0.01, source="Persistence: nearly every step of the second half."
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
            "Of the run's steps: what came late lasts as well, if it does so for that much of it."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each layer that is saturated."""
    criteria = Persistence(
        limits.saturated_share, limits.step_share, limits.min_steps, limits.end_span
    )
    saturated = list(lasting(view, hidden_activations(view), "saturated_fraction", criteria))
    began = [_began_so(one) for one in saturated]
    alike = {
        so: [one.tensor.layer for one, was in zip(saturated, began, strict=True) if was == so]
        for so in set(began)
    }
    for one, began_so in zip(saturated, began, strict=True):
        layer, function = one.tensor.layer, one.tensor.activation
        change = steepen_change(view, layer, function, alike[began_so], began_so=began_so)
        yield replace(_finding(one, _severity(view, one, limits)), **vars(change))


def _began_so(one: Lasting) -> bool:
    return bool(one.start >= one.limit)


def _severity(view: RunView, one: Lasting, limits: Thresholds) -> Severity:
    if has_learnt(view):
        return "info"
    fall = fall_of_training(view)
    cut_off = one.typical >= limits.cut_off_share and fall is not None and fall < limits.fall
    return "error" if cut_off else "warning"


def _finding(one: Lasting, severity: Severity) -> Finding:
    layer, steps = one.tensor.layer, one.steps
    return Finding(
        layer=layer,
        severity=severity,
        title=(
            f"{percent(one.typical)} of the outputs of layer {layer} lie at the flat ends of its "
            f"{one.tensor.activation}, {one.when}: hardly any gradient passes through"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "saturated_share": one.typical,
            "saturated_share_at_start": one.start,
            **one.evidence,
        },
        advice="",
        depth=one.tensor.depth,
        confidence=one.confidence,
    )


RULE = Rule(
    name="saturated_units",
    title="Saturated units",
    needs=("activations of sigmoid or tanh layers",),
    severity="error",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "98 % of the outputs of layer hidden lie at the flat ends of its tanh, at 6 of 6 traced "
        "steps, the first at step 0: hardly any gradient passes through"
    ),
    check=check,
    of_layers=True,
)
