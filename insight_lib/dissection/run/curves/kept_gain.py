"""What validation keeps of what training gained over guessing."""

import numpy as np

from insight_lib.dissection.run.curves.losses import (
    HELD_OUT,
    accuracies_of,
    end_of_training,
    start_of_training,
    training_loss,
    validation_loss,
)
from insight_lib.dissection.run.curves.unlike_validation import accuracy_of_guessing
from insight_lib.dissection.run.guessing.baseline import guessing_loss, guessing_validation_loss
from insight_lib.dissection.run.learning import FALL_BELOW_GUESSING
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase


def kept_gain(view: RunView) -> float | None:
    """Return the share of the training's gain that validation has at its last point, 1 is all.

    Measured by accuracies where both are known, else by losses; it is 0 or less where validation is
    at chance. None where training gained less than a quarter of its room, or nothing is known of
    validation.
    """
    by_accuracy = _of_accuracies(view)
    return _of_losses(view) if by_accuracy is None else by_accuracy


def _of_accuracies(view: RunView) -> float | None:
    guessing = accuracy_of_guessing(view)
    trained = [one.series.values for one in accuracies_of(view, {Phase.TRAIN})]
    validated = [float(one.series.values[-1]) for one in accuracies_of(view, HELD_OUT)]
    if guessing is None or not trained or not validated:
        return None
    gain = max(end_level(values) for values in trained) - guessing
    if not gain >= FALL_BELOW_GUESSING * (1 - guessing):
        return None
    return (max(validated) - guessing) / gain if np.isfinite(validated).all() else None


def _of_losses(view: RunView) -> float | None:
    training, validation = training_loss(view), validation_loss(view)
    if training is None or validation is None:
        return None
    start = start_of_training(view, training)
    before = guessing_loss(view) or start
    end, last = end_of_training(view, training), float(validation.series.values[-1])
    if not 0 < end <= (1 - FALL_BELOW_GUESSING) * before or not np.isfinite(last):
        return None
    # Weights of examples are of the training alone: each loss is compared with its own guess.
    room = guessing_validation_loss(view) or before
    return (1 - last / room) / (1 - end / before)
