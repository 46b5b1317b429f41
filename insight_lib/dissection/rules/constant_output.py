"""A layer gives the same output for every example.

**Looks for** layers {constant_share:%} of whose units are bit for bit the same for every example of
the batch, at {step_share:%} of the traced steps of the run's second half ({min_steps} at least) or
through its last {end_span:%}. Units that are all zero are called dead instead; embeddings are left
out, as what they look up may be the same for all. Batches of fewer than eight examples are judged
several steps together.

**Why it matters** Such a layer carries no information about its input: the layers above can learn
no more than the average answer. On the model's output, and where nothing was learnt, it is an
error; where no loss or accuracy was written, it is a warning. In a run that learns, another path
goes around the layer, and it is a note.

**What to do** Look for what comes before: an output of a single unit under softmax (always 1), a
kernel of zeros, saturated or dead layers below, an input that is the same for all examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt, tells_of_learning
from insight_lib.dissection.run.network import output_layers
from insight_lib.dissection.run.persistence import Lasting, Persistence, lasting, second_half
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    constant_share: float = threshold(
        1.0, source="All of them: a layer of which some units vary passes something on."
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
    """Yield a finding on the lowest layer that is constant; those above it follow from it."""
    tensors = [t for t in view.of_kind("activation") if t.layer_type != "Embedding"]
    criteria = Persistence(
        limits.constant_share, limits.step_share, limits.min_steps, limits.end_span
    )
    for one in lasting(view, tensors, "constant_fraction", criteria):
        if not (second_half(one.tensor["dead_fraction"]) == 1).any():
            yield _finding(view, one)
            return


def _finding(view: RunView, one: Lasting) -> Finding:
    tensor, steps = one.tensor, one.steps
    units = tensor.shape[-1] if tensor.shape else None
    is_one_softmax = _is_one_softmax(tensor.activation, units)
    return Finding(
        layer=tensor.layer,
        severity=_severity(view, tensor.layer),
        title=f"Layer {tensor.layer} gives the same output for every example, {one.when}",
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={"units": units, "output_mean": float(tensor["mean"][-1]), **one.evidence},
        advice=_advice(tensor.layer, tensor.activation, units),
        remedy=_remedy(tensor.layer) if is_one_softmax else None,
        fault_type=FaultType.ACTIVATION if is_one_softmax else None,
        depth=tensor.depth,
        confidence=one.confidence,
    )


def _severity(view: RunView, layer: str) -> Severity:
    if layer in output_layers(view):
        return "error"
    if has_learnt(view):
        return "info"
    return "error" if tells_of_learning(view) else "warning"


def _advice(layer: str, activation: str | None, units: int | None) -> str:
    if _is_one_softmax(activation, units):
        return (
            f"Layer {layer} is a softmax over a single unit, which is always 1: use a sigmoid with "
            "a binary cross entropy, or one unit for each class."
        )
    return (
        f"Find out why layer {layer} ignores its input: a kernel of zeros, saturated or dead "
        "layers below "
        "it, or inputs that are the same for every example."
    )


def _is_one_softmax(activation: str | None, units: int | None) -> bool:
    return activation == "softmax" and units == 1


def _remedy(layer: str) -> Remedy:
    return remedy("activation", "sigmoid", old="softmax", layer=layer)


RULE = Rule(
    name="constant_output",
    title="Same output for every example",
    needs=("activations",),
    severity="error",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Layer out gives the same output for every example, at 6 of 6 traced steps, the first at "
        "step 0"
    ),
    check=check,
    of_layers=True,
)
