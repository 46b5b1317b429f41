"""A training that has settled where it ended: its loss is flat, though its weights do move."""

import numpy as np

from insight_lib.dissection.run.curves.loss_remedy import typical_update
from insight_lib.dissection.run.curves.loss_shape import late_levels
from insight_lib.dissection.run.curves.losses import start_of_training, training_loss
from insight_lib.dissection.run.curves.steady_fall import steady_fall
from insight_lib.dissection.run.view import RunView

MIN_POINTS = 6
# DeepDiagnosis: updates below 1e-5 of the weights are too small, above 0.1 too large.
_SMALL, _LARGE = 1e-5, 0.1


def is_flat_at_end(view: RunView, flat: float) -> bool:
    """Return whether the training loss, of six points at least, went nowhere any more.

    Between both halves of its last half it moved by no more than ``flat`` of its start, and it does
    not fall as steadily as at its start.
    """
    loss = training_loss(view)
    if loss is None or steady_fall(view) is not None:
        return False
    values, start = loss.series.values, start_of_training(view, loss)
    if values.size < MIN_POINTS or not np.isfinite(values).all() or not start > 0:
        return False
    middle, end = late_levels(values)
    return abs(middle - end) <= flat * start


def moves_as_usual(view: RunView) -> bool:
    """Return whether a step moves the weights neither hardly nor by a tenth; False if not known."""
    update = typical_update(view)
    return update is not None and _SMALL <= update <= _LARGE


def moves_by_a_wrong_rate(view: RunView) -> bool:
    """Return whether a step moves the weights, but hardly or by more than a tenth."""
    update = typical_update(view)
    return bool(update) and not moves_as_usual(view)
