"""A training loss that ends far above its start."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.curves.loss_shape import has_risen, level_before_rise
from insight_lib.dissection.run.curves.losses import batch_loss
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import noise


@dataclass(frozen=True)
class Rise:
    """The level from which a loss rose, the step since which it lies above, and its points since.

    ``points`` lie above the limit one and all: what came before the rise says nothing of it.
    """

    low: float
    since: int
    points: int


def find_rise(
    view: RunView, loss: NamedSeries, *, rise: float, noise_width: float, min_points: int
) -> Rise | None:
    """Return the rise of a training loss that ended at ``rise`` times its start; None of none.

    Args:
        view: the run.
        loss: its training loss.
        rise: above 1.
        noise_width: by how many times its noise it must have risen.
        min_points: of a loss of fewer, None.
    """
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    known_start = _known_start(view, noise_width)
    if values.size < min_points or not has_risen(values, rise, noise_width, known_start):
        return None
    low = min(level_before_rise(values), known_start)
    below = np.flatnonzero(values < rise * low)
    first = int(below[-1]) + 1 if below.size else 0
    return Rise(low, int(steps[first]), int(values.size) - first)


def _known_start(view: RunView, noise_width: float) -> float:
    """Return the loss of the first step plus its noise, infinite if single steps were not written.

    With a learning rate far too high, the mean over the first epoch is already that of a wreck.
    """
    steps = batch_loss(view)
    if steps is None or not np.isfinite(steps.series.values[0]):
        return np.inf
    return float(steps.series.values[0]) + noise_width * noise(steps.series.values)
