"""Shapes of a loss curve that mean that nothing is learnt: risen, flat, still at chance."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.series.change.levels import end_level, start_level

_LEVELS = 5


def has_risen(values: Floats, rise: float, known_start: float = np.inf) -> bool:
    """Return whether a loss ended at ``rise`` times its start or above, its last two points too.

    Args:
        values: (n,) finite, n from 2.
        rise: above 1.
        known_start: what the loss was before its first point, where that is known.
    """
    limit = rise * min(start_level(values), known_start)
    return bool(limit > 0 and end_level(values) >= limit and (values[-2:] >= limit).all())


def is_flat(values: Floats, flat: float, tolerance: float = 0.0) -> bool:
    """Return whether no earlier level lies above the end by more than ``flat`` of the start.

    Levels are the start and the medians of five equal stretches, so that a start which is low by
    accident does not hide the fall of a noisy loss.

    Args:
        values: (n,) finite, n from 1; fewer than five points are a stretch each.
        flat: share of the start.
        tolerance: a fall up to this is none, if it is more than ``flat`` of the start.
    """
    start, stretches = start_level(values), min(_LEVELS, values.size)
    levels = [float(np.median(stretch)) for stretch in np.array_split(values, stretches)]
    return max(start, *levels) - end_level(values) <= max(flat * abs(start), tolerance)


def late_levels(values: Floats) -> tuple[float, float]:
    """Return the medians of both halves of the last half of a loss (n,), n from 3."""
    earlier, later = np.array_split(values[values.size // 2 :], 2)
    return float(np.median(earlier)), float(np.median(later))


def is_at_chance(values: Floats, guessing: float, chance: float) -> bool:
    """Return whether a cross entropy (n,) in nats ended at ``chance`` times guessing or above."""
    return end_level(values) >= chance * guessing
