"""Steps too small to get anywhere within the run.

**Looks for** a run that did not learn (or, of the second, little), either

* with updates of less than {update} of the weights in the typical layer that moves at all, and of
  less than {largest_update} in every one, at {step_share:%} of the traced steps ({min_steps} at
  least), with no update of {large_update} at any, unless plain SGD makes them so small at its usual
  rate (see unsuited_sgd); or
* with a recorded rate of {low_rate:%} or less of the default of its optimizer (SGD, Adam and its
  kin), whose weights end, in every layer, less than {little:%} of their size away from their
  start.

**Why it matters** The run ends, or the patience does, before anything is learnt.

**What to do** Raise the learning rate by the factor that brings updates near {healthy} of the
weights, in steps of ten; scale the inputs, whose small size makes small gradients.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.small_batches import movements_together
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.little_movement import (
    LITTLE,
    LOW_RATE,
    blames_plain_sgd,
    is_low_rate,
    little_movement,
)
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How small updates are, and how steady a fall."""

    update: float = threshold(1e-5, source="DeepDiagnosis: updates below 1e-5 of the weights.")
    largest_update: float = threshold(
        1e-4, source="Layers of a healthy network of the zoo differ by up to 21."
    )
    large_update: float = threshold(
        1e-3,
        source=(
            "One such step and it is not the learning rate that is small; DL4J calls 1e-3 usual."
        ),
    )
    healthy: float = threshold(1e-3, source="DL4J: updates near a thousandth of the weights.")
    low_rate: float = threshold(
        LOW_RATE, source="Rates of a tenth of the default are usual, in fine-tuning too."
    )
    little: float = threshold(
        LITTLE, source="Weights of the zoo's healthy runs end 0.22 and more from their start."
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a warm-up may begin so.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run."""
    found = None if has_learnt(view) else _of_updates(view, limits)
    found = found or _of_rate(view, limits)
    if found is not None:
        yield found


def _of_updates(view: RunView, limits: Thresholds) -> Finding | None:
    moving = movements_together(view)
    moved = moving.values[(np.nan_to_num(moving.values) > 0).any(axis=1)]
    known = np.isfinite(moved).any(axis=0)
    if known.sum() < limits.min_steps:
        return None
    usual, largest = np.nanmedian(moved[:, known], axis=0), np.nanmax(moved[:, known], axis=0)
    small = (usual > 0) & (usual < limits.update) & (largest < limits.largest_update)
    if small.mean() < limits.step_share or largest.max() >= limits.large_update:
        return None
    if blames_plain_sgd(view):
        return None
    typical, steps = median(usual), moving.steps[known]
    factor = limits.healthy / typical
    return Finding(
        severity="warning",
        title=(
            f"The typical layer moves by {number(typical)} of its weights a step, and none by more "
            f"than {number(float(largest.max()))}"
        ),
        first_step=int(steps[small][0]),
        last_step=int(steps[small][-1]),
        origin_step=view.first_step,
        evidence={"update_ratio": typical, **series("update_ratio", steps, usual)},
        advice=_raise(factor, limits),
        remedy=changed_rate(view, factor),
        confidence=share_confidence(int(small.sum()), small.size),
    )


def _of_rate(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on a rate far below the usual one, if the weights hardly moved."""
    known, movement = recorded_training.optimizer(view), little_movement(view, limits.little)
    if known is None or known.learning_rate is None or movement is None:
        return None
    if not is_low_rate(known, limits.low_rate):
        return None
    factor = limits.healthy / movement.typical
    return Finding(
        severity="warning",
        title=(
            f"{known.name} with a learning rate of {number(known.learning_rate)} moved no layer by "
            f"more than {number(100 * movement.moved)} % of its weights in all "
            f"{movement.steps:,} steps"
        ),
        origin_step=view.first_step,
        evidence={
            "learning_rate": known.learning_rate,
            "largest_change": movement.moved,
            "update_ratio": movement.typical,
        },
        advice=_raise(factor, limits),
        remedy=changed_rate(view, factor),
    )


def _raise(factor: float, limits: Thresholds) -> str:
    return (
        f"Raise the learning rate about {number(factor)} times, in steps of ten, until updates "
        f"are near {number(limits.healthy)} of the weights; scale the inputs if they are small."
    )


RULE = Rule(
    name="learning_rate_too_low",
    title="Learning rate too low",
    needs=("updates of layers",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The typical layer moves by 1.5e-06 of its weights a step, and none by more than 2e-06",
    check=check,
    of_layers=True,
)
