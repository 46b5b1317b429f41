"""A training loss that had fallen and is back where it began."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.curves.losses import is_per_epoch, start_of_training, training_loss
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import levels

_STRETCHES = 10
_LAST = 2


@dataclass(frozen=True)
class BackAtStart:
    """Such a loss, all finite.

    Attributes:
        loss: the series.
        start: the loss before anything was learnt.
        best: the place of the lowest value before the end.
    """

    loss: NamedSeries
    start: float
    best: int


def back_at_start(
    view: RunView, *, fell_to: float, rose_to: float, min_points: int, min_epochs: int
) -> BackAtStart | None:
    """Return the training loss if it fell and is back at its start; None if not.

    Args:
        view: the run.
        fell_to: share of its start to which a level (median of a tenth of the run) fell.
        rose_to: share of its start at which both last levels lie at least.
        min_points: of a loss of single steps.
        min_epochs: of one of epochs, of few of which each is a level.
    """
    loss = training_loss(view)
    if loss is None or not np.isfinite(loss.series.values).all():
        return None
    values = loss.series.values
    if values.size < (min_epochs if is_per_epoch(loss) else min_points):
        return None
    start = start_of_training(view, loss)
    found = levels(values, _STRETCHES)
    fell = found[:-_LAST].min() <= fell_to * start
    if not (start > 0 and fell and found[-_LAST:].min() >= rose_to * start):
        return None
    # Of the end only the level counts: a lucky point there is not what was lost.
    before_end = np.concatenate(np.array_split(values, found.size)[:-_LAST])
    return BackAtStart(loss, start, int(np.argmin(before_end)))
