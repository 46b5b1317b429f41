"""Steps too small to get anywhere within the run.

**Looks for** a run that did not learn with updates of less than {update} of the weights in the
typical layer that moves at all, and of less than {largest_update} in every one, at {step_share:%}
of the traced steps ({min_steps} at least), with no update of {large_update} at any.

**Why it matters** The run ends, or the patience does, before anything is learnt.

**What to do** Raise the learning rate by the factor that brings updates near {healthy} of the
weights, in steps of ten; scale the inputs, whose small size makes small gradients.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.rate_remedy import changed_rate
from insight_lib.dissection.run.small_batches import movements_together
from insight_lib.dissection.run.view import RunView


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
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a warm-up may begin so.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run."""
    if has_learnt(view):
        return
    found = _of_updates(view, limits)
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
    typical, steps = float(np.median(usual)), moving.steps[known]
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
        advice=(
            f"Raise the learning rate about {number(factor)} times, in steps of ten, until updates "
            f"are near {number(limits.healthy)} of the weights; scale the inputs if they are small."
        ),
        remedy=changed_rate(view, factor),
        confidence=share_confidence(int(small.sum()), small.size),
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
)
