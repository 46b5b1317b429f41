"""A sigmoid or tanh layer sits at the flat ends of its function.

**Looks for** layers with a sigmoid, hard sigmoid or tanh in which at least half of the outputs lie
where the slope is below 1 % of its greatest, at nearly every traced step of the run's second half
or through its last 30 %. The model's output is left out: a sure answer is what is wanted there.

**Why it matters** Hardly any gradient passes a flat end: the layer and all below it stand still,
whatever the learning rate. Where the run learns nevertheless it is a note. It is an error where
nine tenths are saturated and the training loss has not fallen by a tenth.

**What to do** Scale the inputs to mean 0 and spread 1, use a smaller initialisation (Glorot) or
normalisation before the layer, or ReLU in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.finding import Finding, Severity, percent
from insight_lib.dissection.learning import has_learnt
from insight_lib.dissection.losses import fall_of_training
from insight_lib.dissection.network import hidden_activations
from insight_lib.dissection.persistence import Lasting, Persistence, lasting
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import RunView


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    # DeepDiagnosis and SageMaker Debugger: more than half.
    saturated_share: float = 0.5
    # What is left passes so little that the layer is as good as cut off; as of dead units.
    cut_off_share: float = 0.9
    # With less, the layers above have hardly found a use for what the layer still passes.
    fall: float = 0.1
    # Persistence: nearly every step of the second half.
    step_share: float = 0.8
    min_steps: int = 3
    # Of the run's steps: what came late lasts as well, if it does so for that much of it.
    end_span: float = 0.3


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each layer that is saturated."""
    criteria = Persistence(
        limits.saturated_share, limits.step_share, limits.min_steps, limits.end_span
    )
    for one in lasting(view, hidden_activations(view), "saturated_fraction", criteria):
        yield _finding(one, _severity(view, one, limits))


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
            f"{one.tensor.activation}, {one.when}: hardly any gradient passes it"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "saturated_share": one.typical,
            "saturated_share_at_start": one.start,
            **one.evidence,
        },
        advice=_advice(layer, began_so=one.start >= one.limit),
        depth=one.tensor.depth,
        confidence=one.confidence,
    )


def _advice(layer: str, *, began_so: bool) -> str:
    if began_so:
        cause = f"It began so: scale what enters layer {layer} and use Glorot initialisation there"
    else:
        cause = (
            f"It came so while training: lower the learning rate or decay the weights of {layer}"
        )
    return f"{cause}; normalisation before the layer, or ReLU in place of its function, also helps."


RULE = Rule(
    name="saturated_units",
    title="Saturated units",
    needs=("activations of sigmoid or tanh layers",),
    severity="error",
    documentation=__doc__,
    thresholds=Thresholds(),
    check=check,
)
