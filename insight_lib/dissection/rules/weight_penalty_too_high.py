"""A penalty on the weights that outweighs the loss: the kernels it holds have shrunk to nothing.

**Looks for** kernels with a recorded L1 or L2 penalty, or any under a recorded ``weight_decay``,
all of which end, by the median of the last fifth of {min_points} traced steps at least, at
{left:%} of the width they began with or less, in a model without normalisation layers (which work
the same with weights of any width) and whose accuracy, where one is known, went less than {way:%}
of the way from guessing to 1.

**Why it matters** The cheapest way to lower the loss is to forget: with weights near zero a layer
gives the same for every example. The loss falls all the same, by what the penalty was at the start.

**What to do** Lower the penalty to between 1e-5 and 1e-3, by factors of ten, until the loss without
it falls; see whether the largest ones are needed on every layer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import FaultType, remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import way_gone
from insight_lib.dissection.run.network import NORMALIZATIONS, main_tensors
from insight_lib.dissection.run.recorded_layers import recorded_layers
from insight_lib.dissection.run.recorded_training import configuration
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """What is left of kernels."""

    left: float = threshold(
        0.1,
        source="Kernels of healthy runs of the zoo end at six tenths of their first width or more.",
    )
    min_points: int = threshold(5, least=2, source="TheDeepChecker too judges over five checks.")
    way: float = threshold(0.5, source="Healthy runs of the zoo go further.")


# The largest that is usual: Keras's default of L2 is a hundred times that.
_USUAL = 1e-4


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the kernel that shrank most."""
    penalties = _penalties(view)
    held = [
        one for one in main_tensors(view, "weight") if one.layer in penalties and one["std"][0] > 0
    ]
    if not held or _is_normalised(view) or min(one.steps.size for one in held) < limits.min_points:
        return
    gone = way_gone(view)
    if gone is not None and gone >= limits.way:
        return
    if max(map(_left, held)) <= limits.left:
        yield _finding(held, penalties)


def _penalties(view: RunView) -> dict[str, tuple[str, float]]:
    """Return what holds the kernels of each layer, the parameter's name and its value."""
    found = {
        name: known
        for name, layer in recorded_layers(view).items()
        if (known := _of_layer(layer)) is not None
    }
    optimizer = configuration(view).get("optimizer")
    decay = optimizer.get("weight_decay") if isinstance(optimizer, dict) else None
    if isinstance(decay, float | int) and decay > 0:
        for name in recorded_layers(view):
            found.setdefault(name, ("weight_decay", float(decay)))
    return found


def _of_layer(layer: Mapping[str, object]) -> tuple[str, float] | None:
    recorded = layer.get("regularizers")
    of_kernel = recorded.get("kernel") if isinstance(recorded, dict) else None
    if not isinstance(of_kernel, dict):
        return None
    known = [
        (name, float(value))
        for name in ("l1", "l2")
        if isinstance(value := of_kernel.get(name), float | int) and value > 0
    ]
    return max(known, key=lambda one: one[1], default=None)


def _is_normalised(view: RunView) -> bool:
    return any(layer.get("type") in NORMALIZATIONS for layer in recorded_layers(view).values())


def _left(kernel: TensorSeries) -> float:
    """Return the share of its first width that a kernel ends with."""
    return end_level(kernel["std"]) / float(kernel["std"][0])


def _finding(held: list[TensorSeries], penalties: Mapping[str, tuple[str, float]]) -> Finding:
    worst = min(held, key=_left)
    parameter, value = penalties[worst.layer]
    values = worst["std"]
    others = f", as {len(held) - 1} more did" if len(held) > 1 else ""
    return Finding(
        layer=worst.layer,
        severity="warning",
        title=(
            f"The {worst.tensor} of layer {worst.layer} shrank from {number(float(values[0]))} to "
            f"{number(end_level(values))}{others}: the penalty {parameter} of {number(value)} "
            "outweighs the loss"
        ),
        evidence={
            "penalty": value,
            "width_at_start": float(values[0]),
            "width_at_end": end_level(values),
            "layers": [one.layer for one in held],
            **series(f"width of {worst.tensor}", worst.steps, values),
        },
        layers=tuple(one.layer for one in held),
        depth=worst.depth,
        advice=(
            f"Lower {parameter} from {number(value)} to {number(_USUAL)}, and raise it by factors "
            "of ten only while the loss without the penalty still falls."
        ),
        remedy=remedy(
            parameter,
            _USUAL,
            old=value,
            layer="" if parameter == "weight_decay" else worst.layer,
        ),
        confidence=share_confidence(int(np.isfinite(values).sum()), values.size),
    )


RULE = Rule(
    name="weight_penalty_too_high",
    title="Weight penalty too high",
    needs=("the recorded topology or optimizer", "weights of layers"),
    severity="warning",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The kernel of layer a shrank from 0.3 to 0.001: the penalty l2 of 3 outweighs the loss"
    ),
    check=check,
)
