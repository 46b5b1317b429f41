"""Part of the network gets no gradient at all.

**Looks for** layers that are trained and of which a tensor has a gradient that is exactly zero at
every traced step ({min_steps} at least, and so many times as many of small batches that they have
eight examples together). Where another tensor of the layer gets a gradient that no regulariser of
its own gives it, one that has none is no cut path: the recurrent kernel of a sequence of length one
never meets a state, and a bias may cancel in a difference. The finding is on the highest layer:
there the path from the loss ends. A layer that is excluded from training has no gradient and is a
blind spot. Steps from which on a weight is not finite do not count.

**Why it matters** What gets no gradient stays as it began. A path that was cut by mistake
(``stop_gradient``, a detour through numpy, an output that the loss does not use) looks so, and so
does everything below a dead or fully saturated layer, which is then reported as the cause. Where
the whole network gets none and the run did not learn it is an error, otherwise a warning.

**What to do** Follow the output of the named layer to the loss and remove what stops the gradient;
if the layer is not needed, leave it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from insight_lib.dissection.findings.finding import Finding, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.small_batches import steps_together
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import nonfinite
from insight_lib.dissection.run.persistence import first_broken
from insight_lib.dissection.run.recorded.recorded_layers import penalised_tensors
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Counts."""

    min_steps: int = threshold(
        3,
        source=(
            "Exactly zero so many times in a row is no chance; rare rows of an embedding may miss "
            "one."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the highest layer whose gradient is always zero."""
    until, penalised = first_broken(view), penalised_tensors(view)
    tensors = [_before(tensor, until) for tensor in view.of_kind("gradient")]
    least = limits.min_steps * steps_together(view)
    judged = [tensor for tensor in tensors if tensor.steps.size >= least]
    # What regularisation adds to a kernel's gradient does not come from the outputs.
    reached = {t.layer for t in tensors if not _is_zero(t) and (t.layer, t.tensor) not in penalised}
    zero = [tensor for tensor in judged if _is_zero(tensor)]
    cut = {tensor.layer: tensor for tensor in zero if tensor.layer not in reached}
    if cut:
        layers = {tensor.layer for tensor in judged}
        nothing_learns = all(_is_zero(tensor) for tensor in tensors)
        yield _finding(view, list(cut.values()), len(layers), nothing_learns=nothing_learns)


def _finding(
    view: RunView, cut: list[TensorSeries], layers: int, *, nothing_learns: bool
) -> Finding:
    highest = cut[-1]
    others = f", and so is that of {len(cut) - 1} more of {layers} layers" if len(cut) > 1 else ""
    fatal = nothing_learns and not has_learnt(view)
    return Finding(
        layer=highest.layer,
        severity="error" if fatal else "warning",
        title=(
            f"The gradient of layer {highest.layer} ({highest.tensor}) is exactly zero at all "
            f"{highest.steps.size} traced steps{others}"
        ),
        first_step=int(highest.steps[0]),
        last_step=int(highest.steps[-1]),
        evidence={
            "layers_with_gradients": layers,
            "traced_steps": int(highest.steps.size),
            **series("gradient_l2", highest.steps, highest["l2"]),
        },
        advice=(
            f"Follow the output of layer {highest.layer} to the loss: remove stop_gradient and "
            "detours outside the framework, use the output in the loss, or leave the layer out; a "
            "dead or saturated layer above it also stops the gradient."
        ),
        layers=tuple(tensor.layer for tensor in cut),
        depth=highest.depth,
        confidence=share_confidence(highest.steps.size, highest.steps.size),
    )


def _before(tensor: TensorSeries, until: float) -> TensorSeries:
    kept = tensor.steps < until
    statistics = {name: values[kept] for name, values in tensor.statistics.items()}
    return replace(tensor, steps=tensor.steps[kept], statistics=statistics)


def _is_zero(tensor: TensorSeries) -> bool:
    # The middle of a histogram's one bucket may be zero without its edges being.
    is_wide = (tensor["min"] < 0) | (tensor["max"] > 0)
    return bool(((tensor["l2"] == 0) & ~is_wide).all() and not np.any(nonfinite(tensor)))


RULE = Rule(
    name="zero_gradient",
    title="No gradient",
    needs=("gradients of layers",),
    severity="error",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The gradient of layer b (kernel) is exactly zero at all 3 traced steps, and so is that "
        "of 1 more of 3 layers"
    ),
    check=check,
    of_layers=True,
)
