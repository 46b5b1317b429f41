"""Which series of a run are its losses."""

import numpy as np

from insight_lib.dissection.run.losses import training_loss, training_losses, validation_losses

UNTRACKED = {
    "train:epoch_loss": [0.0] * 4,
    "train:loss": [0.9, 0.8, 0.7, 0.6],
    "validation:epoch_loss": [0.0] * 4,
}


def names(found):
    return [loss.name for loss in found]


def test_a_loss_of_zeros_next_to_a_nonzero_one_is_ignored(make_view):
    view = make_view({"scalars": UNTRACKED})
    assert names(training_losses(view)) == ["train/loss"]
    assert training_loss(view).name == "train/loss"
    assert names(validation_losses(view)) == []


def test_a_loss_that_became_nan_is_not_zero(make_view):
    view = make_view({"scalars": UNTRACKED | {"train:loss": [np.nan] * 4}})
    assert names(training_losses(view)) == ["train/loss"]


def test_where_every_training_loss_is_zero_all_count(make_view):
    view = make_view({"scalars": UNTRACKED | {"train:loss": [0.0] * 4}})
    assert names(training_losses(view)) == ["train/epoch_loss", "train/loss"]
    assert names(validation_losses(view)) == ["validation/epoch_loss"]
