"""The loss scale of mixed precision fell to its floor, or falls on and on.

**Looks for** a dynamic loss scale that either

* began above {floor} and is at {floor} or below at its last {min_points} points or more; or
* was halved {halvings} times or more below its usual start of 65536, {late} times or more of them
  in the later half of at least {points} points, in which it never grew.

**Why it matters** The scale is halved at each step whose gradients are infinite or NaN in half
precision, and that step is skipped. A few such steps at the start are how the scale is found. A
scale at its floor says that the gradients themselves are not finite: nearly every step is skipped,
or gradients that are small become zero. It is an error where nothing shows that the run learnt.

**What to do** Find what is not finite: log the gradient norm before it is unscaled, and look for
divisions, logarithms and softmaxes of half precision, for inputs that are not finite, and for an
attention mask of -infinity over a whole row. Compute the loss and the normalisations in float32;
use bfloat16, which needs no loss scale; lower the learning rate and clip the norm of the gradient.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.role import Role

_USUAL_START = 65536.0
"""Initial scale of PyTorch's GradScaler and of DeepSpeed; TensorFlow begins at half of it."""


@dataclass(frozen=True)
class Thresholds:
    """How low a scale is, and how often it may be halved."""

    floor: float = threshold(
        1.0,
        source=(
            "The least scale of Apex, DeepSpeed and TensorFlow. Micikevicius et al. (2018) train "
            "with constant scales of 8 to 32768."
        ),
    )
    min_points: int = threshold(3, least=1, source="One step at the floor may be an accident.")
    halvings: int = threshold(
        10, least=1, source="A scale of 64: an overflow then needs a gradient above 1000."
    )
    late: int = threshold(3, least=1, source="As many in a row are no accident.")
    points: int = threshold(10, least=2, source="Five in each half.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's loss scale."""
    for scale in view.with_role(Role.LOSS_SCALE):
        values = scale.series.values[np.isfinite(scale.series.values)]
        at_floor = _points_at_floor(values, limits)
        if at_floor or _keeps_halving(values, limits):
            yield _finding(view, scale, at_floor)
            return


def _points_at_floor(values: Floats, limits: Thresholds) -> int:
    """Return at how many points at the end a scale is at its floor; 0 where it is not."""
    above = np.flatnonzero(values > limits.floor)
    if not above.size or above[0] != 0:
        return 0
    points = values.size - 1 - int(above[-1])
    return points if points >= limits.min_points else 0


def _keeps_halving(values: Floats, limits: Thresholds) -> bool:
    if values.size < limits.points or not (values > 0).all():
        return False
    late = values[values.size // 2 :]
    fallen = np.log2(min(float(values[0]), _USUAL_START) / values[-1])
    is_late = np.log2(late[0] / late[-1]) >= limits.late
    return bool(fallen >= limits.halvings and is_late and (np.diff(late) <= 0).all())


def _finding(view: RunView, scale: NamedSeries, at_floor: int) -> Finding:
    steps, values = scale.series.steps, scale.series.values
    known = np.isfinite(values)
    steps, values = steps[known], values[known]
    begin = values.size - at_floor if at_floor else values.size // 2
    low = f"{float(values[-1]):g}"
    outcome = (
        f"fell from {float(values[0]):g} to its floor, {low}, at step {int(steps[begin])} "
        f"and has stayed there for {at_floor} points"
        if at_floor
        else f"keeps being halved, from {float(values[0]):g} at the start to {low} at step "
        f"{int(steps[-1])}"
    )
    return Finding(
        severity="warning" if not at_floor or has_learnt(view) else "error",
        title=f"The loss scale {scale.name} {outcome}: gradients overflow in half precision",
        first_step=int(steps[begin]),
        last_step=int(steps[-1]),
        evidence={
            "scale_at_start": float(values[0]),
            "scale_at_end": float(values[-1]),
            "points_at_floor": at_floor,
            **series(scale.name, steps, values),
        },
        advice=(
            "Find the gradients that are not finite (log their norm before it is unscaled; look "
            "at logarithms, divisions and masks in half precision), compute the loss in float32, "
            "or use bfloat16, which needs no loss scale; lower the learning rate."
        ),
        confidence=share_confidence(values.size - begin, values.size - begin),
    )


RULE = Rule(
    name="loss_scale_floor",
    title="Loss scale at its floor",
    needs=("a loss scale",),
    severity="error",
    fault_type=FaultType.OPTIMIZER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss scale train/loss_scale fell from 65536 to its floor, 1, at step 8 and has "
        "stayed there for 3 points: gradients overflow in half precision"
    ),
    check=check,
)
