"""The policy had learnt and lost it again: its return fell from its best and stayed low.

**Looks for** a return of {min_points} points or more that rose beyond noise, and whose last fifth
lies below its best sustained level (the mean of a tenth of the run) by at least {lost:%} of what
had been gained, and by at least {errors} standard errors, which autocorrelation widens; or whose
last tenth (five points at least) lies below all of that stretch by more than it varies. Another
return of the same training that improved and kept it (an evaluation next to rollouts) speaks
against it.

**Why it matters** The policy at the end is worse than one that existed. On-policy methods seldom
recover: a poor policy collects poor data to learn from.

**What to do** Go back to the checkpoint of the best return. Make steps smaller: a lower or decaying
learning rate, fewer epochs on each batch, a smaller clip range, a bound on the KL divergence. Look
at what changed at that step: entropy, value loss, KL, a curriculum, a replay buffer that forgot.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    LOST_ERRORS,
    LOST_SHARE,
    has_collapsed,
    level_of_end,
)
from insight_lib.dissection.run.reinforcement.returns import MIN_POINTS, uncontradicted
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How much of its gain a return must have lost."""

    lost: float = threshold(LOST_SHARE, source="As much as a loss that collapsed is taken to lose.")
    errors: float = threshold(
        LOST_ERRORS, source="The best of twenty stretches of noise lies three above it by chance."
    )
    min_points: int = threshold(
        MIN_POINTS + 1,
        least=4,
        source="Two each for the start, the best and the end, and one on the way.",
    )


# The whole gain, but for a tenth: as much as of a loss that collapsed.
_ALL = 0.9


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the longest return that collapsed."""
    found = [
        course
        for course in uncontradicted(view, limits.min_points)
        if has_collapsed(course, limits.lost, limits.errors)
    ]
    if found:
        yield _finding(max(found, key=lambda course: course.values.size))


def _finding(course: Course) -> Finding:
    name, start = course.named.name, course.lowest_start
    best, end = course.best_level, level_of_end(course)
    best_step = int(course.steps[course.best_place + course.stretch // 2])
    onset = course.onset(best, end, course.best_place)
    since = course.values[onset:]
    return Finding(
        severity="error" if best - end >= _ALL * (best - start) else "warning",
        title=(
            f"The return {name} had reached {number(best)} at step {best_step} from "
            f"{number(start)} at the start, fell at step {int(course.steps[onset])} and ends at "
            f"{number(end)}"
        ),
        first_step=int(course.steps[onset]),
        last_step=int(course.steps[-1]),
        evidence={
            "return_at_start": start,
            "best_return": best,
            "best_step": best_step,
            "return_at_end": end,
            **series(name, course.steps, course.values),
        },
        advice=(
            f"Go back to a checkpoint of about step {best_step}; take smaller policy steps from "
            "there on (learning rate, epochs a batch, clip range, a bound on the KL divergence), "
            f"and see what else changed at step {int(course.steps[onset])}."
        ),
        confidence=share_confidence(int((since < best).sum()), since.size),
    )


RULE = Rule(
    name="return_collapsed",
    title="Return collapsed",
    needs=("a return",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The return rollout/ep_rew_mean had reached 10 at step 7 from 0 at the start, fell at"
        " step 12 and ends at 4"
    ),
    check=check,
)
