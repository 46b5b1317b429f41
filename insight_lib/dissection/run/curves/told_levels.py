"""How a loss began and ended, as every finding of a run says it."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.curves.losses import batch_loss, is_per_epoch
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import END_SHARE, end_level, start_level


def told_start(loss: NamedSeries) -> float:
    """Return what people know as the start of a loss; NaN of one that is nowhere finite.

    Of means over epochs it is the first, as a progress bar shows it; of single steps, which are
    noisy, the median of the first few.
    """
    values = loss.series.values[np.isfinite(loss.series.values)]
    return float(values[0]) if values.size and is_per_epoch(loss) else start_level(values)


def start_said(loss: NamedSeries) -> str:
    """Write the start of a loss; a median is said to be one."""
    values = loss.series.values[np.isfinite(loss.series.values)]
    return _said(told_start(loss), values[:1], "first points")


def end_said(loss: NamedSeries) -> str:
    """Write the end of a loss, the level of its last fifth; a median is said to be one."""
    values = loss.series.values[np.isfinite(loss.series.values)]
    points = max(1, int(values.size * END_SHARE))
    return _said(end_level(values), values[-1:], f"last {points} points")


def points_confidence(view: RunView, loss: NamedSeries) -> float:
    """Return the confidence in what every point of the training loss shows.

    Where the loss of single steps is written too, so many points were judged, however few epochs.
    """
    steps = batch_loss(view)
    finer = 0 if steps is None else int(np.isfinite(steps.series.values).sum())
    points = max(finer, int(np.isfinite(loss.series.values).sum()))
    return share_confidence(points, points)


def _said(level: float, value: Floats, points: str) -> str:
    """Write a level; it is called a median where it is not the value, (1,) or (0,), itself."""
    is_value = not value.size or number(level) == number(float(value[0]))
    return number(level) if is_value else f"{number(level)} (median of the {points})"
