"""A kernel starts far narrower than He, Glorot or LeCun call for.

**Looks for** kernels of hidden dense, convolutional and recurrent layers whose standard deviation
before the first update is above zero but less than {ratio} of the least that the three call for by
the kernel's shape, and still is at the end, in a run that has not learnt. Where the run has learnt,
or the kernel has grown out of it, the start was only slow: a note down to {far} of that width. The
model's output is left out: starting it near zero is a common and good trick.

**Why it matters** Each such layer shrinks what passes, outputs on their way up and gradients on
their way down: the layers see hardly any difference between examples, and hardly any error.

**What to do** Leave the layer's default (``glorot_uniform``) or use ``he_normal`` with ReLU;
normalisation after the layer also brings outputs back to size.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.initialisation import InitialKernel, initial_kernels, others
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import output_layers
from insight_lib.dissection.run.remedies.layer_remedy import draw_by_shape
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Ratios of standard deviations."""

    ratio: float = threshold(
        0.1,
        source=(
            "TheDeepChecker tests the equality of variances, which any other scheme fails. At a "
            "tenth, a layer divides variances by a hundred."
        ),
    )
    far: float = threshold(
        1e-3,
        source=("No scheme is that narrow: it is a mistake, even if other layers compensate."),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the narrowest kernel."""
    outputs = output_layers(view)
    hidden = [one for one in initial_kernels(view) if one.tensor.layer not in outputs]
    narrow = [one for one in hidden if 0 < one.spread < limits.ratio * one.least]
    if narrow:
        still = [one for one in narrow if one.spread_at_end < limits.ratio * one.least]
        yield _finding(view, still or narrow, limits, is_overcome=not still or has_learnt(view))


def _finding(
    view: RunView, narrow: list[InitialKernel], limits: Thresholds, *, is_overcome: bool
) -> Finding:
    worst = min(narrow, key=lambda one: one.spread / one.least)
    layer, share = worst.tensor.layer, worst.spread / worst.least
    return Finding(
        layer=layer,
        severity="info" if share > limits.far and is_overcome else "warning",
        title=(
            f"The {worst.tensor.tensor} of layer {layer} starts at {number(share)} of the width "
            f"that its shape calls for: {number(worst.spread)} instead of {number(worst.least)}"
            f"{others(narrow)}"
        ),
        first_step=0,
        last_step=0,
        evidence={"share_of_width": share, **worst.evidence},
        # What is drawn badly in the lowest shows in all layers above.
        layers=tuple(one.tensor.layer for one in narrow),
        depth=narrow[0].tensor.depth,
        remedy=draw_by_shape(view, worst.tensor),
        advice=(
            f"Initialise layer {layer} with glorot_uniform or he_normal (ReLU), or a standard "
            f"deviation near {number(worst.least)}."
        ),
    )


RULE = Rule(
    name="small_initialisation",
    title="Initialisation too small",
    needs=("weights before the first update, with their shape",),
    severity="warning",
    fault_type=FaultType.INITIALISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The kernel of layer narrow starts at 0.000707 of the width that its shape calls for: "
        "0.0001 instead of 0.141"
    ),
    check=check,
    of_layers=True,
)
