"""A kernel starts with the same number everywhere.

**Looks for** kernels of hidden dense, convolutional and recurrent layers with several units, all of
whose elements are equal before the first update. The model's output is left out: its labels
distinguish its units.

**Why it matters** Units that start alike get alike gradients and stay alike: a layer of a hundred
is worth one. One that is still constant at the end never got a gradient that distinguishes its
units (under ReLU a kernel of zeros gets none at all): an error. One that moved is a warning. Where
the run learnt nevertheless (the layer above may distinguish the units) it is a note if it learnt
most of what guessing lacks, and otherwise a warning.

**What to do** Draw the kernel at random (``glorot_uniform``, ``he_normal``); zeros are for biases.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.initialisation import InitialKernel, initial_kernels
from insight_lib.dissection.run.learning import has_learnt, has_learnt_well
from insight_lib.dissection.run.network import output_layers
from insight_lib.dissection.run.remedies.layer_remedy import draw_by_shape
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield a finding for each hidden layer that starts constant."""
    outputs = output_layers(view)
    for one in initial_kernels(view):
        if one.spread == 0 and one.units > 1 and one.tensor.layer not in outputs:
            yield _finding(view, one)


def _finding(view: RunView, one: InitialKernel) -> Finding:
    tensor = one.tensor
    layer, value = tensor.layer, float(tensor["mean"][0])
    stays = tensor.steps.size > 1 and bool(tensor["std"][-1] == 0)
    return Finding(
        layer=layer,
        severity=_severity(view, stays=stays),
        title=(
            f"All {one.units} units of layer {layer} start alike: every element of its "
            f"{tensor.tensor} is {number(value)}{', and stays so' if stays else ''}"
        ),
        first_step=0,
        last_step=int(tensor.steps[-1]) if stays else 0,
        evidence={"value": value, "constant_at_end": stays, **one.evidence},
        depth=tensor.depth,
        remedy=draw_by_shape(view, tensor),
        advice=(
            f"Draw the {tensor.tensor} of layer {layer} at random (glorot_uniform, or he_normal "
            "with ReLU); a constant is for biases."
        ),
    )


def _severity(view: RunView, *, stays: bool) -> Severity:
    if has_learnt(view):
        return "info" if has_learnt_well(view) else "warning"
    return "error" if stays else "warning"


RULE = Rule(
    name="constant_initialisation",
    title="Constant initialisation",
    needs=("weights before the first update, with their shape",),
    severity="error",
    fault_type=FaultType.INITIALISATION,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "All 20 units of layer hidden start alike: every element of its kernel is 0, and stays so"
    ),
    check=check,
    of_layers=True,
)
