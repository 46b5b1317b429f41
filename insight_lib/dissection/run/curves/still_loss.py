"""A training loss that is flat, or falls no further than its noise makes believe."""

import numpy as np

from insight_lib.dissection.run.curves.loss_remedy import typical_update
from insight_lib.dissection.run.curves.loss_shape import is_flat, is_within_noise, would_show_fall
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import start_level


def is_still(
    view: RunView, loss: NamedSeries, *, flat: float, flat_when_still: float, small_update: float
) -> bool:
    """Return whether no earlier level of a loss lies above its end.

    Args:
        view: the run.
        loss: its training loss.
        flat: by no more than that share of its start.
        flat_when_still: likewise, where the weights hardly move.
        small_update: a typical update of a smaller share of the weights hardly moves them.
    """
    values = loss.series.values[np.isfinite(loss.series.values)]
    update = typical_update(view)
    stands_still = update is not None and update < small_update
    tolerance = flat_when_still * abs(start_level(values)) if stands_still else 0.0
    return is_flat(values, flat, tolerance)


def shows_falls(loss: NamedSeries, *, late: float, fall_width: float) -> bool:
    """Return whether a fall by a quarter would show in a loss, and its start was seen.

    A loss whose first point comes late goes on with a training whose start was logged elsewhere, if
    at all: the first of points at equal distances comes after a quarter of the way between five of
    them.
    """
    values = loss.series.values[np.isfinite(loss.series.values)]
    first, last = int(loss.series.steps[0]), int(loss.series.steps[-1])
    return first <= late * (last - first) and would_show_fall(values, fall_width)


def stays_within_noise(
    loss: NamedSeries, *, flat: float, fall_width: float, min_points: int
) -> bool:
    """Return whether a loss of ``min_points`` or more has fallen no further than its noise."""
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    return values.size >= min_points and is_within_noise(steps, values, flat, fall_width)
