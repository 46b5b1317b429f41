"""A return that was lost again, fell below its start, or never rose."""

from collections.abc import Callable

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    has_collapsed,
    has_improved,
    is_below_start,
    level_of_end,
)
from insight_lib.dissection.run.reinforcement.returns import uncontradicted
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import quarter_of

# Of the way between its ends: a return that is first seen later goes on with another training,
# whose start is not known. Of six evaluations at equal distances the first comes after a fifth.
_LATE = 0.5
# Six points show that a return is where it was; that nothing but the last noise hides a rise is
# never as sure as a fall that is seen.
_SURE_OF_NO_RISE = 0.9


def return_collapsed(run: RunView) -> Failure | None:
    """Return the longest return that rose beyond noise and lost half of its gain for good."""
    course = _longest(run, has_collapsed)
    if course is None:
        return None
    best, end = course.best_level, level_of_end(course)
    onset = course.onset(best, end, course.best_place)
    why = f"{course.named.name} had reached {number(best)} and ends at {number(end)}"
    return Failure(Kind.COLLAPSED, int(course.steps[onset]), _sure(course), why)


def return_below_start(run: RunView) -> Failure | None:
    """Return the longest return that never rose and ends below its start."""
    course = _longest(run, is_below_start)
    if course is None:
        return None
    start, end = course.sustained_start, course.end_level
    onset = course.onset(start, end, 0)
    why = f"{course.named.name} began at {number(start)} and ends at {number(end)}"
    return Failure(Kind.NEVER_LEARNED, int(course.steps[onset]), _sure(course), why)


def return_never_rose(run: RunView) -> Failure | None:
    """Return the longest return that ends where it began, within its noise."""
    course = _longest(run, lambda one: one.begins_by(_LATE) and not has_improved(one))
    if course is None:
        return None
    start, end = course.start_level, course.end_level
    why = f"{course.named.name} never rose: {number(start)} at its start, {number(end)} at its end"
    sure = _SURE_OF_NO_RISE * _sure(course)
    return Failure(Kind.NEVER_LEARNED, quarter_of(course.steps), sure, why)


def _longest(run: RunView, holds: Callable[[Course], bool]) -> Course | None:
    found = [course for course in uncontradicted(run) if holds(course)]
    return max(found, key=lambda course: course.values.size, default=None)


def _sure(course: Course) -> float:
    return share_confidence(course.values.size, course.values.size)
