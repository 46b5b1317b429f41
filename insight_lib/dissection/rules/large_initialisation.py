"""A kernel starts far wider than He, Glorot or LeCun call for.

**Looks for** kernels of dense, convolutional and recurrent layers whose standard deviation before
the first update is more than {ratio} times the greatest that the three call for by the kernel's
shape, in a run that has not learnt; in one that has, it is a note up to {far} times, above {clear}
times if it closed three quarters of the way from guessing to all right. Of a kernel whose numbers
are all on one side of zero the mean counts too, as it adds up over the inputs. Kernels that are a
little too wide each count where they are so {together} times together, without normalisation.

**Why it matters** Each such layer multiplies what passes: outputs grow from layer to layer until
they saturate or overflow, and gradients on their way back. A step of the usual size then changes
such weights by nothing that counts.

**What to do** Leave the layer's default (``glorot_uniform``) or use ``he_normal`` with ReLU; divide
a standard deviation given by hand by what the finding states.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.initialisation import InitialKernel, initial_kernels, others
from insight_lib.dissection.run.learning import has_learnt, has_learnt_well
from insight_lib.dissection.run.network import NORMALIZATIONS
from insight_lib.dissection.run.remedies.layer_remedy import draw_by_shape
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Ratios of standard deviations."""

    ratio: float = threshold(
        4.0,
        source=(
            "TheDeepChecker tests the equality of variances, which any other scheme fails. At "
            "four, a layer multiplies variances by 16; the standard schemes differ by less."
        ),
    )
    together: float = threshold(
        100.0,
        source="Outputs a hundred times as large saturate whatever follows; eight layers of 1.8.",
    )
    clear: float = threshold(
        10.0, source="Ten times He's spread makes variances a hundred times as large in a layer."
    )
    far: float = threshold(
        30.0,
        source=(
            "A normal distribution of 1, once usual, is 20 times He's for 800 inputs, and trains. "
            "Beyond that it is a mistake, even if other layers compensate."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the widest kernel."""
    kernels = list(initial_kernels(view))
    wide = [one for one in kernels if one.width > limits.ratio * one.greatest]
    wide = wide or _wide_together(view, kernels, limits)
    if wide:
        yield _finding(view, wide, limits)


def _wide_together(
    view: RunView, kernels: list[InitialKernel], limits: Thresholds
) -> list[InitialKernel]:
    """Return kernels that are a little too wide each, where that multiplies from layer to layer.

    What a normalisation brings back to size is left out, and so is a run that learnt.
    """
    wide = [one for one in kernels if one.width > one.greatest]
    product = prod(one.width / one.greatest for one in wide)
    is_normal = any(one.layer_type in NORMALIZATIONS for one in view.of_kind("weight"))
    return [] if product <= limits.together or is_normal or has_learnt(view) else wide


def _finding(view: RunView, wide: list[InitialKernel], limits: Thresholds) -> Finding:
    worst = max(wide, key=lambda one: one.width / one.greatest)
    layer, times = worst.tensor.layer, worst.width / worst.greatest
    return Finding(
        layer=layer,
        severity=_severity(view, times, limits),
        title=(
            f"The {worst.tensor.tensor} of layer {layer} starts {number(times)} times as wide as "
            f"He initialisation: {number(worst.width)} instead of "
            f"{number(worst.greatest)}{_one_sided(worst)}{others(wide)}"
        ),
        first_step=0,
        last_step=0,
        evidence={"times_he": times, **worst.evidence},
        # What is drawn badly in the lowest shows in all layers above.
        layers=tuple(one.tensor.layer for one in wide),
        depth=wide[0].tensor.depth,
        remedy=draw_by_shape(view, worst.tensor),
        advice=(
            f"Initialise layer {layer} with he_normal (ReLU) or glorot_uniform, or a standard "
            f"deviation near {number(worst.greatest)}."
        ),
    )


def _one_sided(worst: InitialKernel) -> str:
    return (
        "" if worst.width == worst.spread else ", as none of its numbers is on the other side of 0"
    )


def _severity(view: RunView, times: float, limits: Thresholds) -> Severity:
    learnt = has_learnt_well(view) if times > limits.clear else has_learnt(view)
    return "info" if times < limits.far and learnt else "warning"


RULE = Rule(
    name="large_initialisation",
    title="Initialisation too large",
    needs=("weights before the first update, with their shape",),
    severity="warning",
    fault_type=FaultType.INITIALISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The kernel of layer wide starts 100 times as wide as He initialisation: 20 instead of 0.2"
    ),
    check=check,
    of_layers=True,
)
