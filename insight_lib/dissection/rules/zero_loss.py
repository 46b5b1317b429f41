"""The loss fell to exactly 0 at once and stayed there.

**Looks for** a loss that is exactly 0 at its last {lasting_points} points or more and never before,
where it had been at {level_share:%} of its start or above, and fell by {jump} times as much as it
fell, or wandered, from point to point before. A hinge loss on data that can be separated reaches 0
too, but in steps that get smaller.

**Why it matters** No loss of a model that still learns is exactly 0 from one point to the next. The
usual reason is a trainer that leaves NaN out of the mean that it logs (Hugging Face's does): the
weights are NaN, and the rest of the training is lost. Others are a batch in which all labels are
masked, and a sum in float16 that underflows.

**What to do** Log the norm of the gradient, and evaluate: where these are NaN, go back to the last
checkpoint before that step, lower the learning rate or clip the gradient. Switch the filter off
(`logging_nan_inf_filter=False`) to see the loss itself. Otherwise look at the labels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import noise, start_level
from insight_lib.series.role import Role

_WINDOW = 5
"""Points before the fall that give the level, and how it fell until then."""
_LEAST_BEFORE = 3
"""Points before the fall: of fewer there is no fall from point to point to compare with."""


@dataclass(frozen=True)
class Limits:
    """Thresholds."""

    lasting_points: int = threshold(
        3,
        source="A loss may be 0 for a batch or two whose labels are all masked.",
        least=1,
    )
    level_share: float = threshold(
        0.01,
        source="A loss that was learnt to less than 1 % of its start may underflow to 0.",
    )
    jump: float = threshold(
        3.0,
        source="Three standard deviations of what the loss does from point to point, and three "
        "times its steady fall: the end of a fall is no larger than the steps before it.",
    )


def check(view: RunView, limits: Limits) -> Iterator[Finding]:
    """Yield one finding on the loss that fell to 0 first."""
    found = [
        (loss, place)
        for loss in view.with_role(Role.TOTAL_LOSS)
        if not loss.about.moving and (place := _falls_at(loss.series.values, limits)) is not None
    ]
    if found:
        yield _finding(*min(found, key=lambda pair: int(pair[0].series.steps[pair[1]])))


def _falls_at(values: Floats, limits: Limits) -> int | None:
    """Return the place of the first of the zeros that last; None where there are none."""
    zeros = np.flatnonzero(values == 0)
    if zeros.size < limits.lasting_points or zeros.size == values.size:
        return None
    place = int(zeros[0])
    if zeros.size != values.size - place:
        return None
    before = values[:place][np.isfinite(values[:place])]
    if before.size < _LEAST_BEFORE:
        return None
    last = before[-_WINDOW:]
    level = abs(median(last))
    usual = max(noise(before[-4 * _WINDOW :]), abs(median(np.diff(last))))
    is_jump = min(level, abs(float(last[-1]))) > limits.jump * usual
    return place if is_jump and level >= limits.level_share * abs(start_level(before)) else None


def _finding(loss: NamedSeries, place: int) -> Finding:
    steps, values = loss.series.steps, loss.series.values
    step, before = int(steps[place]), float(values[place - 1])
    return Finding(
        severity="error",
        title=(
            f"The loss {loss.name} fell from {number(before)} to exactly 0 at step {step} and "
            f"stayed there for all of the last {values.size - place} points"
        ),
        first_step=step,
        evidence={
            "series": loss.name,
            "value_before": before,
            "zero_points": int(values.size - place),
            "points": int(values.size),
            **series(loss.name, steps, values),
        },
        advice=(
            f"Look for NaN from step {step} on: log the gradient norm and the loss as it is "
            "(logging_nan_inf_filter=False in Hugging Face's Trainer). If it is NaN, go back to "
            "the checkpoint before that step and lower the learning rate or clip the gradient; if "
            "not, check whether all labels are masked."
        ),
    )


RULE = Rule(
    name="zero_loss",
    title="Loss exactly zero",
    needs=("a loss",),
    severity="error",
    fault_type=FaultType.LOSS,
    documentation=__doc__,
    thresholds=Limits(),
    example=(
        "The loss train/loss fell from 1.6 to exactly 0 at step 5 and stayed there for all of the "
        "last 3 points"
    ),
    check=check,
)
