"""The policy ends worse than it began: training made the untrained policy worse.

**Looks for** a return of {min_points} points or more that never rose beyond noise, and whose last
fifth lies below its first tenth (its highest value left out) by at least {lost:%} of the range of
its levels and by at least {errors} standard errors, which autocorrelation widens. Another return of
the same training that improved and kept it speaks against it.

**Why it matters** The gradient points the wrong way, or the training maximises something else than
this return. More steps will not help.

**What to do** Check the sign of the reward and of the policy loss, that advantages are normalised
and not mixed up between environments, and what ends an episode: where every step costs, an agent
learns to end it early. Then lower the learning rate, and see whether exploration bonuses or reward
shaping outweigh this return.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    LOST_ERRORS,
    LOST_SHARE,
    is_below_start,
)
from insight_lib.dissection.run.reinforcement.returns import MIN_POINTS, uncontradicted
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How far below its start a return must end."""

    lost: float = threshold(LOST_SHARE, source="Of what was a dip, more than half is made good.")
    errors: float = threshold(LOST_ERRORS, source="As in return_collapsed.")
    min_points: int = threshold(
        MIN_POINTS, least=4, source="Two each for the start, the best and the end."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the longest return that ends below its start."""
    found = [
        course
        for course in uncontradicted(view, limits.min_points)
        if is_below_start(course, limits.lost, limits.errors)
    ]
    if found:
        yield _finding(max(found, key=lambda course: course.values.size))


def _finding(course: Course) -> Finding:
    name, start, end = course.named.name, course.sustained_start, course.end_level
    onset = course.onset(start, end, 0)
    since = course.values[onset:]
    return Finding(
        severity="error",
        title=(
            f"The return {name} began at {number(start)} and ends at {number(end)}, worse than "
            f"before anything was learnt, since step {int(course.steps[onset])}"
        ),
        first_step=int(course.steps[onset]),
        last_step=int(course.steps[-1]),
        evidence={
            "return_at_start": start,
            "return_at_end": end,
            "points": course.values.size,
            **series(name, course.steps, course.values),
        },
        advice=(
            "Check the sign of the reward and of the policy loss and how advantages are computed; "
            "see whether ending an episode early, a bonus or reward shaping pays more than this "
            "return does; then lower the learning rate."
        ),
        confidence=share_confidence(int((since < start).sum()), since.size),
    )


RULE = Rule(
    name="return_below_start",
    title="Return below its start",
    needs=("a return",),
    severity="error",
    fault_type=FaultType.LOSS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The return rollout/ep_rew_mean began at 10 and ends at 0, worse than before anything"
        " was learnt, since step 6"
    ),
    check=check,
)
