"""The returns of a run, and whether one of them speaks for its training."""

from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.curves.progress import scores
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    has_collapsed,
    has_improved,
    is_below_start,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.series.role import Phase, Role

MIN_POINTS = 6
"""Of a return that is judged: two each for its start, its best and its end."""
# A return that lost a quarter of its gain has not kept it, whether or not it collapsed.
_KEPT_SHARE = 0.25


def courses(view: RunView, min_points: int = MIN_POINTS) -> list[Course]:
    """Return the course of each return that is long enough, without those that tell nothing.

    A constant return tells nothing where another one of the same stream varies: an environment
    that gives 1 for each step has a mean reward of 1.
    """
    found = [course for course in _all_courses(view) if course.values.size >= min_points]
    varying = {course.named.stream for course in found if not course.is_constant}
    return [one for one in found if not (one.is_constant and one.named.stream in varying)]


def uncontradicted(view: RunView, min_points: int = MIN_POINTS) -> list[Course]:
    """Return the courses that no other return of the same training contradicts.

    One that improved and kept it acquits the others of its stream, and those of other phases: an
    evaluation of few episodes may miss what thousands of them show, or the reverse. Returns of one
    phase in several streams are of several tasks. A score of the agent acquits likewise: in
    self-play the return stays where it is while the rating rises, and each lesson of a curriculum
    is harder than the one before.
    """
    found = courses(view, min_points)
    rated = [course for course in _courses_of_scores(view, min_points) if not course.is_constant]
    fine = [course for course in (*found, *rated) if _is_fine(course)]
    return [
        one
        for one in found
        if not any(other is not one and _is_of_same_training(one, other) for other in fine)
    ]


def is_poor(view: RunView, min_points: int = MIN_POINTS) -> bool:
    """Return whether a run has returns, and none of them improved and kept it."""
    found = courses(view, min_points)
    return bool(found) and not any(_is_fine(course) for course in found)


def is_good(view: RunView) -> bool:
    """Return whether a return of a run improved and kept it."""
    return any(_is_fine(course) for course in courses(view))


def _courses_of_scores(view: RunView, min_points: int) -> list[Course]:
    found = (finite_points(one) for one in scores(view, {Phase.ROLLOUT}))
    return [Course(one) for one in found if one.series.values.size >= min_points]


def _is_fine(course: Course) -> bool:
    lost = has_collapsed(course, _KEPT_SHARE) or is_below_start(course)
    return has_improved(course) and not lost


def _is_of_same_training(one: Course, other: Course) -> bool:
    mine, theirs = one.named, other.named
    return mine.stream == theirs.stream or mine.about.phase != theirs.about.phase


@once_a_view
def _all_courses(view: RunView) -> tuple[Course, ...]:
    """Return the course of each return; the rules ask one after the other for those of one run."""
    found = (finite_points(one) for one in view.with_role(Role.RETURN))
    return tuple(Course(one) for one in found if one.series.values.size)
