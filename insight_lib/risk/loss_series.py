"""Which of a run's series stand for its losses; empty where it has none that should fall."""

import numpy as np

from insight_lib.dissection.run.curves import losses
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

NO_SERIES = Series(np.zeros(0, dtype=np.int64), np.zeros(0))


def finest_train_loss(run: RunView) -> Series:
    """Return the training loss that has most points: its course, step by step where written."""
    found = losses.training_losses(run)
    finest = max(found, key=lambda one: (one.series.steps.size, one.name), default=None)
    return NO_SERIES if finest is None else finest.series


def train_loss(run: RunView) -> Series:
    """Return the training loss to hold against validation: means over epochs, if written."""
    found = losses.training_loss(run)
    return NO_SERIES if found is None else found.series


def validation_loss(run: RunView) -> Series:
    """Return the validation loss."""
    found = losses.validation_loss(run)
    return NO_SERIES if found is None else found.series
