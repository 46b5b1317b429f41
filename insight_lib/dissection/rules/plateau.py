"""The training loss stopped falling before anything much was learnt.

**Looks for** a training loss of at least {min_points} points that fell at first, by {fell:%} of its
start or more, and is flat (within {flat:%} of its start) over the last half of the run, in a run
that did not learn.

**Why it matters** The second half brought nothing. It may be all that the data gives, which is why
this is a note.

**What to do** Lower the learning rate once the loss is flat, or raise it if it is small; use a
larger model or better features; see whether a few dozen examples can be memorised.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.findings.remedy import Change
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.loss_remedy import (
    LARGE_UPDATE,
    SMALL_UPDATE,
    loss_remedy,
)
from insight_lib.dissection.run.curves.loss_shape import late_levels
from insight_lib.dissection.run.curves.losses import start_of_training, training_loss
from insight_lib.dissection.run.curves.told_levels import (
    points_confidence,
    start_said,
    told_start,
)
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When a loss is flat, as shares of its start."""

    fell: float = threshold(0.05, source="TheDeepChecker: 5 % over five checks.")
    flat: float = threshold(0.02, source="As in loss_not_decreasing.")
    min_points: int = threshold(10, least=3, source="Of each quarter two at least.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    loss = training_loss(view)
    if loss is None or loss.series.values.size < limits.min_points or has_learnt(view):
        return
    values, start = loss.series.values, start_of_training(view, loss)
    if not np.isfinite(values).all() or not start > 0:
        return
    middle, end = late_levels(values)
    if start - end >= limits.fell * start and abs(middle - end) <= limits.flat * start:
        yield _finding(view, loss, end, limits)


def _finding(view: RunView, loss: NamedSeries, end: float, limits: Thresholds) -> Finding:
    late, start = loss.series.values[loss.series.values.size // 2 :], told_start(loss)
    # Most of the fall may lie within the first epoch, of which people see the mean.
    fell = f"fell from {start_said(loss)} and " if start - end >= limits.fell * start else ""
    update = loss_remedy(view, SMALL_UPDATE, LARGE_UPDATE, rose=False)
    todo = update if update.fault_type is not FaultType.OTHER else _UNKNOWN
    return Finding(
        severity="info",
        title=(
            f"The training loss {loss.name} {fell}has stayed near "
            f"{number(end)} for the last {late.size} of {loss.series.values.size} points"
        ),
        first_step=int(loss.series.steps[-late.size]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "loss_at_start": start,
            "loss_at_end": end,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=todo.advice,
        fault_type=todo.fault_type,
        remedy=todo.remedy,
        confidence=points_confidence(view, loss),
    )


_UNKNOWN = Change(
    "Lower the learning rate where the loss goes flat; try a larger model, and test whether it can "
    "memorise a few dozen examples.",
    FaultType.OTHER,
)


RULE = Rule(
    name="plateau",
    title="Plateau",
    needs=("a training loss that should fall",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/epoch_loss fell from 2.3 and has stayed near 1.75 for the last 5 "
        "of 10 points"
    ),
    check=check,
)
