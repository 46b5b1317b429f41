"""What became of one return: improved, collapsed, below its start, or none of these."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.reinforcement.return_course import ROUNDING, STRETCHES, Course

IMPROVED_ERRORS = 2.0
"""Standard errors above its start of a return that improved: 95 % of noise stays below."""
LOST_SHARE = 0.5
"""Of what was gained, or of the range: half."""
LOST_ERRORS = 4.0
"""Standard errors of a loss: the best of twenty stretches lies three above the others by chance."""
# A medium effect: half a standard deviation (Cohen, Statistical Power Analysis, 1988). Of many
# points also a difference that does not matter is beyond noise.
_LOST_SPREADS = 0.5
# The same of returns that hardly vary: one of 252 that ends at 249 has lost nothing.
_LOST_SIZE = 0.05
_LEARNT_ERRORS = 3.0
_POINTS_OF_BREAK = 2
_SPREADS_OF_LEVEL = 2.0
_SPREADS_OF_VALUE = 3.0
_AS_LOW = 0.05
# Kendall's tau of ten levels has a p-value of 0.01 there.
_RISING = 0.6
_EXCEEDING, _POINTS_TO_RANK = 0.9, 20
_AT_CEILING = 0.75
_POINTS_AT_CEILING = 3


def has_improved(course: Course, errors: float = IMPROVED_ERRORS) -> bool:
    """Return whether a return ends above its start beyond noise, or at the best that there is.

    Any of these is enough, since a run that learns must not be called one that does not:

    * its last fifth lies above its first tenth by some standard errors;
    * it lies far above the first points, and hardly any later value is as low as these;
    * its levels rise nearly throughout, or nine of ten of its last values exceed its first ones:
      returns have heavy tails;
    * three quarters of the values of its last half are the highest that was ever reached: the most
      that the environment gives.
    """
    rise = course.end_level - course.start_level
    return (
        rise > errors * float(np.hypot(course.start_error, course.end_error))
        or _left_first_level(course)
        or _rises(course)
        or _exceeds(course)
        or _is_at_ceiling(course)
    )


def has_collapsed(course: Course, lost: float = LOST_SHARE, errors: float = LOST_ERRORS) -> bool:
    """Return whether a return rose beyond noise and then lost a share of it, to the end."""
    gained = course.best_level - course.lowest_start
    fall = course.best_level - level_of_end(course)
    least_gain = _LEARNT_ERRORS * float(np.hypot(course.best_error, course.start_error))
    least_fall = errors * float(np.hypot(course.best_error, course.end_error))
    if _after_break(course) is not None:
        least_gain, least_fall = course.best_level - float(course.best.min()), 0.0
    return gained > least_gain and fall >= lost * gained and _is_loss(course, fall, least_fall)


def is_below_start(course: Course, lost: float = LOST_SHARE, errors: float = LOST_ERRORS) -> bool:
    """Return whether a return that had not risen ends below its start, and low in its range."""
    fall = course.sustained_start - course.end_level
    error = float(np.hypot(course.start_error, course.end_error))
    return (
        not has_collapsed(course)
        and course.end_level < course.lowest_start
        and fall >= lost * course.range
        and _is_loss(course, fall, errors * error)
    )


def _is_loss(course: Course, fall: float, least: float) -> bool:
    return fall > max(least, _LOST_SPREADS * course.spread, _LOST_SIZE * course.size)


def level_of_end(course: Course) -> float:
    """Return the mean of what follows where a return breaks off, otherwise of its last fifth."""
    broken = _after_break(course)
    return course.end_level if broken is None else float(broken.mean())


def _after_break(course: Course) -> Floats | None:
    """Return the end if it lies below all of the best stretch by more than it varies, else None.

    A return that rises steeply and breaks off has no level at its best whose error is small. It
    may also break off within its last fifth.
    """
    if course.best.size <= _POINTS_OF_BREAK:
        return None
    for end in (course.ending, course.last_points):
        if float(course.best.min() - end.max()) > float(np.ptp(end)):
            return end
    return None


def _left_first_level(course: Course) -> bool:
    later, first = course.values[course.stretch :], float(course.values[0])
    is_left = course.end_level - course.first_level > _SPREADS_OF_LEVEL * course.spread
    if is_left and float(np.mean(later <= course.first_level)) <= _AS_LOW:
        return True
    is_lowest = bool((later > first).all())
    return is_lowest and course.end_level - first > _SPREADS_OF_VALUE * course.spread


def _rises(course: Course) -> bool:
    levels = course.levels()
    signs = np.sign(np.subtract.outer(levels, levels))[np.tril_indices(levels.size, -1)]
    return levels.size == STRETCHES and float(signs.mean()) >= _RISING


def _exceeds(course: Course) -> bool:
    if course.values.size < _POINTS_TO_RANK:
        return False
    first, last = np.sort(course.beginning), course.ending
    return float(np.searchsorted(first, last).mean()) >= _EXCEEDING * first.size


def _is_at_ceiling(course: Course) -> bool:
    top = float(course.values.max())
    if course.is_constant:
        # No success rate is higher, and the mean reward of a step is 1 of any policy at times.
        return abs(top - 1) <= ROUNDING
    at_top = course.values[course.values.size // 2 :] >= top - ROUNDING * course.size
    return int(at_top.sum()) >= _POINTS_AT_CEILING and float(at_top.mean()) >= _AT_CEILING
