"""The weights hardly move, and nothing is learnt.

**Looks for** updates of less than {ratio} of the weights (median of the layers that move at all; of
an embedding only the rows that the batch touched) at {step_share:%} or more of the traced steps
({min_steps} at least), in a run that has not learnt. Plain SGD at its usual rate is left to
unsuited_sgd.

**Why it matters** At that pace the weights end where they began.
Runs that learn move their weights by 1e-4 to 1e-2 a step, at least at their start.

**What to do** Raise the learning rate until the updates are near {healthy} of the weights; check
that the gradient is not clipped far below its size and that the schedule does not begin near zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.small_batches import movements_together
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.little_movement import blames_plain_sgd
from insight_lib.dissection.run.persistence import typical_of_moving
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Update ratios, shares of traced steps, counts."""

    ratio: float = threshold(
        1e-5,
        source=(
            "DeepDiagnosis: 1e-5; DL4J worries below 1e-4. Healthy runs of the zoo typically move "
            "by 2e-3 to 5e-2."
        ),
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a warm-up may begin so.")
    min_steps: int = threshold(
        3,
        least=1,
        source="SageMaker Debugger too asks for three steps before it calls a layer untrained.",
    )
    healthy: float = threshold(1e-3, source="DL4J: what to aim at.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run."""
    moving = movements_together(view)
    typical = typical_of_moving(moving.values)
    judged = typical > 0
    steps, ratios = moving.steps[judged], typical[judged]
    if steps.size < limits.min_steps:
        return
    if (ratios < limits.ratio).mean() < limits.step_share or has_learnt(view):
        return
    if not blames_plain_sgd(view):
        yield _finding(view, steps, ratios, limits)


def _finding(view: RunView, steps: Integers, ratios: Floats, limits: Thresholds) -> Finding:
    small = ratios < limits.ratio
    typical = median(ratios)
    return Finding(
        severity="warning",
        title=(
            f"The updates are too small for learning: {number(typical)} of the weights a step, "
            f"below {number(limits.ratio)} at {percent(float(small.mean()))} of the traced steps"
        ),
        first_step=int(steps[small][0]),
        last_step=int(steps[small][-1]),
        evidence={
            "typical_update_ratio": typical,
            "largest_update_ratio": float(ratios.max()),
            "traced_steps": int(steps.size),
            **series("update_ratio", steps, ratios),
        },
        advice=(
            f"Raise the learning rate about {number(limits.healthy / typical)} times, in steps of "
            f"ten, until the updates are near {number(limits.healthy)} of the weights; check that "
            "neither clipping nor a schedule keeps them small."
        ),
        remedy=changed_rate(view, limits.healthy / typical),
        confidence=share_confidence(int(small.sum()), steps.size),
    )


RULE = Rule(
    name="small_updates",
    title="Updates too small",
    needs=("updates and weights",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The updates are too small for learning: 1.5e-09 of the weights a step, below 1e-05 at 100 "
        "% of the traced steps"
    ),
    check=check,
    of_layers=True,
)
