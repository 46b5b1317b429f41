"""The policy learnt nothing: its return at the end is that of the start.

**Looks for** a return of {min_points} points or more whose last fifth lies less than {errors}
standard errors above its first tenth, and which shows no rise in any other way: not far above its
first points, no rising levels, not most of its last values above its first ones. One that has the
highest value ever reached at most of its later points is at the best that the environment gives,
and healthy; one that is constant from the first point on is not. Another return of the same
training that improved speaks against it, as does a rating of self-play or a lesson of a curriculum
that rises. A return whose first step lies more than {late:%} of its length from step 0 goes on with
a training whose start is not seen, and is not judged.

**Why it matters** Everything that was spent on the training is lost, and losses do not show it: the
value loss falls all the same, towards predicting the return of a policy that does not change.

**What to do** See whether the agent ever meets a reward: a constant return means that no action
changed it. Make the reward denser or the task easier at first, explore more (entropy bonus,
epsilon), normalise observations and rewards, then try a larger and a smaller learning rate. Compare
with a policy of random actions, and with a known solution of the environment.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    IMPROVED_ERRORS,
    has_collapsed,
    has_improved,
    is_below_start,
)
from insight_lib.dissection.run.reinforcement.returns import MIN_POINTS, uncontradicted
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When a return has not improved."""

    errors: float = threshold(
        IMPROVED_ERRORS, source="95 % of noise stays within them; above, it may have improved."
    )
    late: float = threshold(
        0.5,
        source=(
            "Of evaluations at equal distances the first comes after a fifth of the way between "
            "six of them."
        ),
    )
    min_points: int = threshold(
        MIN_POINTS, least=4, source="Two each for the start, the best and the end."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the longest return that did not improve."""
    judged = uncontradicted(view, limits.min_points)
    if any(has_collapsed(course) or is_below_start(course) for course in judged):
        return
    seen = [course for course in judged if course.begins_by(limits.late)]
    found = [course for course in seen if not has_improved(course, limits.errors)]
    if found:
        yield _finding(max(found, key=lambda course: course.values.size))


def _finding(course: Course) -> Finding:
    points = course.values.size
    return Finding(
        severity="error" if course.is_constant else "warning",
        title=_title(course),
        first_step=int(course.steps[0]),
        last_step=int(course.steps[-1]),
        evidence={
            "return_at_start": course.start_level,
            "return_at_end": course.end_level,
            "spread": course.spread,
            "points": points,
            **series(course.named.name, course.steps, course.values),
        },
        advice=(
            "See whether the agent ever meets a reward, and compare with random actions; make the "
            "reward denser or the task easier at first, explore more, normalise observations and "
            "rewards, and try other learning rates."
        ),
        confidence=share_confidence(points, points),
    )


def _title(course: Course) -> str:
    name, last = course.named.name, int(course.steps[-1])
    if course.is_constant:
        return (
            f"The return {name} is {number(course.end_level)} at all {course.values.size} points, "
            f"up to step {last}"
        )
    return (
        f"The return {name} has not improved beyond its noise by step {last}: it was "
        f"{number(course.start_level)} at the start and is {number(course.end_level)} at the end"
    )


RULE = Rule(
    name="return_never_improved",
    title="Return never improved",
    needs=("a return",),
    severity="error",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The return rollout/ep_rew_mean is -10 at all 8 points, up to step 7",
    check=check,
)
