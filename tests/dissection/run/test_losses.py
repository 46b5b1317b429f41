"""Which series of a run are its losses."""

import numpy as np

from insight_lib.dissection.run.curves.losses import (
    end_of_training,
    training_loss,
    training_losses,
    validation_losses,
)
from insight_lib.dissection.run.learning import has_learnt

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


def of_two_epochs(steps, epochs, rows):
    labels = {f"train:label/{name}": [0.0] * 9 for name in ("min", "max", "mean")}
    scalars = {"train:loss": steps, "train:epoch_loss": epochs, "train:label/rows": [rows] * 9}
    return {"scalars": scalars | labels}


def end_of(view):
    return end_of_training(view, training_loss(view))


def test_two_epochs_end_at_the_mean_of_the_last_where_most_of_the_fall_was_not_traced(make_view):
    early = [0.75, 0.70, 0.69, 0.69, 0.69, 0.68, 0.68, 0.68, 0.40]
    view = make_view(of_two_epochs(early, [0.60, 0.30], 64.0))
    assert end_of(view) == 0.30
    assert has_learnt(view)
    assert end_of(make_view(of_two_epochs([*early[:-1], 0.2], [0.60, 0.30], 64.0))) == 0.2


def test_the_median_of_single_examples_is_not_their_mean(make_view):
    skewed = [0.7, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]
    view = make_view(of_two_epochs(skewed, [0.70, 0.69], 1.0))
    assert end_of(view) == 0.69
    assert not has_learnt(view)
