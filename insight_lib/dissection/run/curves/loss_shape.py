"""Shapes of a loss curve that mean that nothing is learnt: risen, flat, still at chance."""

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import finite_of, median
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.series.change.levels import end_level, levels, noise, start_level, start_level_of
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend

_LEVELS = 5
# Of the start: as much as counts as learnt below guessing everywhere in this catalogue.
_SHOWS = 0.25


def has_risen(values: Floats, rise: float, width: float, known_start: float = np.inf) -> bool:
    """Return whether a loss ended at ``rise`` times its start or above, its last two points too.

    The start is the first point where no later one is as low: the level of the first few may
    already hold the blow-up.

    Args:
        values: (n,) finite, n from 2.
        rise: above 1.
        width: it must rise by more than that many times its noise, or the noise of its logarithm:
            few points of a loss that doubles from point to point say little of its start.
        known_start: what the loss was before its first point, where that is known.
    """
    start = min(level_before_rise(values), known_start)
    limit, end = rise * start, end_level(values)
    if not (limit > 0 and end >= limit and (values[-2:] >= limit).all()):
        return False
    if end - start > width * noise(values):
        return True
    logs = np.log(values[values > 0])
    return bool(np.log(end / start) > width * noise(logs))


def level_before_rise(values: Floats) -> float:
    """Return the start level of values (n,): the first, where no later one is as low; NaN of none.

    The median of the first few already holds a blow-up that begins with the second. Of n values
    without a trend the first is the least in one series of n; a start level is made of several only
    where n is twenty or more.
    """
    return _level_before_rise(np.ascontiguousarray(values, np.float64))


@kernel
def _level_before_rise(values: Floats) -> float:
    finite = finite_of(values)
    if finite.size > 1 and finite[0] < finite[1:].min():
        return float(finite[0])
    return start_level_of(finite)


def would_show_fall(values: Floats, width: float) -> bool:
    """Return whether a fall of a noisy loss (n,) by a quarter of its start would be seen."""
    return width * _error_of_fall(values) <= _SHOWS * abs(start_level(values))


def _error_of_fall(values: Floats) -> float:
    """Return the standard error of the distance between the levels of the start and the end.

    The median of n normal values has the standard error sqrt(pi / 2n) times their spread.
    """
    points = values.size
    parts = min(3, max(1, points // 10)), max(1, points // 5)
    return float(noise(values) * np.sqrt(np.pi / 2 * sum(1 / part for part in parts)))


def is_within_noise(steps: Integers, values: Floats, flat: float, width: float) -> bool:
    """Return whether a noisy loss (n,) fell no further than its noise makes believe.

    Its end must lie within ``width`` standard errors of its start; these must be so small that a
    fall by a quarter would have shown; and its trend must not lead down by more than ``flat`` of
    the start, or by twice that where noise makes as much, which is correlated.
    """
    start, error = start_level(values), _error_of_fall(values)
    if not would_show_fall(values, width) or start - end_level(values) > width * error:
        return False
    found = trend(steps, values)
    allowed = flat if found.p_value < SIGNIFICANT else 2 * flat
    return found.change > -allowed * abs(start)


def is_flat(values: Floats, flat: float, tolerance: float = 0.0) -> bool:
    """Return whether no earlier level lies above the end by more than ``flat`` of the start.

    Levels are the start and the medians of five equal stretches, so that a start which is low by
    accident does not hide the fall of a noisy loss.

    Args:
        values: (n,) finite, n from 1; fewer than five points are a stretch each.
        flat: share of the start.
        tolerance: a fall up to this is none, if it is more than ``flat`` of the start.
    """
    start = start_level(values)
    highest = max(start, float(levels(values, _LEVELS).max()))
    return highest - end_level(values) <= max(flat * abs(start), tolerance)


def late_levels(values: Floats) -> tuple[float, float]:
    """Return the medians of both halves of the last half of a loss (n,), n from 3."""
    last = values[values.size // 2 :]
    half = (last.size + 1) // 2
    return median(last[:half]), median(last[half:])


@compiles_ahead
def _call_kernels() -> None:
    level_before_rise(np.ones(1))
