"""The output has several numbers for each label: a flatten or pooling layer is missing.

**Looks for** a model whose output has several axes, after the examples', and more numbers an
example than there are labels, under a recorded loss that compares them number by number.

**Why it matters** Keras repeats the labels until they fit: each position of the output, which saw
its own part of the input only, is asked for the label of the whole example. The loss has a floor
far above zero: an error. Where the run learnt all the same it is a warning, and where it came
more than half of the way from guessing to no error a note.

**What to do** Put ``Flatten`` (or a pooling layer) before the first dense layer, or
``return_sequences=False`` in the recurrent layer below it, so that an example gives as many numbers
as it has labels. Where each position has a label of its own, pass them in the shape of the output.
"""

from collections.abc import Iterator
from itertools import pairwise

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.data.label_size import LabelSize, label_size
from insight_lib.dissection.run.learning import falls_short, has_learnt
from insight_lib.dissection.run.recorded.topology import GraphLayer, chain_to_output
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the first layer that should not have got several axes."""
    found = label_size(view)
    if found is None or len(found.sizes) < 2 or found.asked <= found.given:
        return
    layer, advice, change = _place(chain_to_output(view), found)
    shape = " x ".join(str(size) for size in found.sizes)
    labels = f"{found.given} label{'s' * (found.given != 1)}"
    where = "" if layer == found.output.name else f"; layer {layer} still got several axes"
    yield Finding(
        layer=layer,
        severity=_severity(view),
        title=(
            f"The output of layer {found.output.name} has {shape} numbers an example, which has "
            f"{labels}, so that each label is compared with several of them{where}"
        ),
        evidence={
            "output_shape": list(found.sizes),
            "outputs_per_example": found.asked,
            "labels_per_example": found.given,
        },
        advice=advice,
        remedy=change,
    )


def _severity(view: RunView) -> Severity:
    if not has_learnt(view):
        return "error"
    return "warning" if falls_short(view) else "info"


def _place(chain: list[GraphLayer], found: LabelSize) -> tuple[str, str, Remedy]:
    """Return the layer to change, with advice and remedy: the first that keeps several axes."""
    for below, layer in pairwise(chain):
        if below.is_recurrent and layer.is_dense and below.settings.get("return_sequences"):
            advice = f"Set return_sequences=False in layer {below.name}: it has one answer then."
            change = remedy("return_sequences", "False", old="True", layer=below.name)
            return below.name, advice, change
    dense = (layer for layer in chain if layer.is_dense and len(layer.sizes or ()) > 1)
    layer = next(dense, found.output)
    advice = (
        f"Put a Flatten layer, or global pooling, before layer {layer.name}; where each position "
        "has a label of its own, give labels the shape of the output."
    )
    return layer.name, advice, remedy("layer", "Flatten", layer=layer.name)


RULE = Rule(
    name="missing_flatten",
    title="Missing flatten",
    needs=("the topology and loss, recorded or told by a Keras model", "traced labels"),
    severity="error",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "The output of layer out has 8 x 1 numbers an example, which has 1 label, so that each "
        "label is compared with several of them; layer hidden still got several axes"
    ),
    check=check,
)
