"""A layer's weights, outputs or gradients became NaN or infinite.

**Looks for** the tensor that held a NaN or an infinity first: of one step the weights come before
the outputs, outputs from the input up, and gradients from the output down.

**Why it matters** From there it spreads: through one update to all weights. Where weights or the
loss end so, the run is lost and it is an error. Gradients that are infinite now and then and leave
the weights finite belong to mixed precision (a step skipped by loss scaling): a note. At {often:%}
of the steps since the first or more they are a warning.

**What to do** If inputs that are not finite or an exploding gradient are reported too, fix that.
Weights that were last traced long before: look for NaN among inputs and labels first, then at the
learning rate. Outputs: look at the batch of that step and at logarithms, divisions and exponentials
in the layer. Gradients alone: look for a square root, a norm or a logarithm at zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, back_to, series, share_confidence
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import losses
from insight_lib.dissection.run.data.inputs import inputs
from insight_lib.dissection.run.learning import is_lost
from insight_lib.dissection.run.network import first_nonfinite, is_thinned, nonfinite
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    often: float = threshold(
        0.5,
        source=(
            "Of the steps since the first: more is no longer what loss scaling skips now and then."
        ),
    )


_ADVICE = {
    "weight": "An update threw the weights of layer {layer}: {back}, lower the learning rate by "
    "ten and clip the gradient norm (clipnorm=1.0).",
    "activation": "Look at the batch of step {step} for NaN inputs, and in layer {layer} for a "
    "logarithm, a division or an exponential of what may be zero or large.",
    "gradient": "Look at what layer {layer} feeds for a square root, a norm or a logarithm at zero "
    "(add a small constant), and clip the gradient norm; step {step} is the first to inspect.",
    "update": "The gradient was finite and the update of layer {layer} was not: raise the "
    "optimizer's epsilon, and check the learning rate at step {step}.",
}
_OF_INPUTS = (
    "Fix input {name}, which contains NaN or infinities (see the finding on inputs): one such "
    "batch spoils layer {layer} whatever the learning rate; {back}."
)
_FROM_START = (
    "The weights of layer {layer} were not finite before the first update: look at the "
    "initialiser, or at the checkpoint that they were loaded from."
)
_UNSEEN = (
    "The step at which the weights of layer {layer} broke was not traced: look for NaN or infinite "
    "inputs and labels in the batches before step {step} first, then for a learning rate that is "
    "too large; go back to a checkpoint from before, and trace every step from there on."
)


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the tensor that was not finite first."""
    tensor = first_nonfinite(view)
    if tensor is not None:
        yield _finding(view, tensor, limits)


def _finding(view: RunView, tensor: TensorSeries, limits: Thresholds) -> Finding:
    shares = nonfinite(tensor)
    bad = np.flatnonzero(shares > 0)
    step, layer = int(tensor.steps[bad[0]]), tensor.layer
    ends_broken, loss_was_finite = _broken_at_end(view), _loss_was_finite(view, step)
    lasting = ""
    if ends_broken:
        lasting = f"; the weights of {len(ends_broken)} layers are not finite at the end"
    what = "NaN" if tensor["nan_fraction"][bad[0]] > 0 else "infinite"
    return Finding(
        layer=layer,
        severity=_severity(view, often=len(bad) >= limits.often * (shares.size - bad[0])),
        title=(
            f"The {_WORDS[tensor.kind]} of layer {layer} ({tensor.tensor}) became {what} at step "
            f"{step}{lasting}"
        ),
        first_step=step,
        last_step=int(tensor.steps[bad[-1]]),
        evidence={
            "tensor": tensor.tensor,
            "kind": tensor.kind,
            # Of a histogram that is all that is known: not finite.
            "non_finite_share": None if is_thinned(tensor) else float(shares[bad[0]]),
            "non_finite_steps": int(bad.size),
            "traced_steps": int(shares.size),
            "loss_was_finite": loss_was_finite,
            "layers_not_finite_at_end": len(ends_broken),
            **series("non_finite_share", tensor.steps, shares),
        },
        advice=_advice(view, tensor, step),
        depth=tensor.depth,
        # A gradient is computed from the loss, all else before it.
        loss_broke_first=tensor.kind in ("gradient", "update") and not loss_was_finite,
        confidence=1.0 if ends_broken else share_confidence(bad.size, int(shares.size - bad[0])),
    )


def _advice(view: RunView, tensor: TensorSeries, step: int) -> str:
    broken = next((one.name for one in inputs(view) if (one["nonfinite"] > 0).any()), None)
    if broken is not None:
        return _OF_INPUTS.format(name=broken, layer=tensor.layer, back=back_to(step))
    if tensor.kind == "weight" and step == 0:
        return _FROM_START.format(layer=tensor.layer)
    if tensor.kind == "weight" and not _was_traced(view, step - 1):
        return _UNSEEN.format(layer=tensor.layer, step=step)
    return _ADVICE[tensor.kind].format(layer=tensor.layer, step=step, back=back_to(step))


def _was_traced(view: RunView, step: int) -> bool:
    return any((tensor.steps == step).any() for tensor in view.layers.values())


_WORDS = {
    "weight": "weights",
    "activation": "outputs",
    "gradient": "gradient",
    "update": "update",
}


def _severity(view: RunView, *, often: bool) -> Severity:
    if is_lost(view):
        return "error"
    return "warning" if often else "info"


def _broken_at_end(view: RunView) -> set[str]:
    """Return the layers whose weights are not finite at their last traced step."""
    return {t.layer for t in view.of_kind("weight") if nonfinite(t)[-1] > 0}


def _loss_was_finite(view: RunView, step: int) -> bool:
    """Return whether every loss was finite up to the step, as far as it was written."""
    return all(
        np.isfinite(loss.series.values[loss.series.steps <= step]).all() for loss in losses(view)
    )


RULE = Rule(
    name="non_finite_tensors",
    title="Tensors not finite",
    needs=("tensors of layers",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The weights of layer hidden (kernel) became NaN at step 2; the weights of 2 layers are "
        "not finite at the end"
    ),
    check=check,
    of_layers=True,
)
