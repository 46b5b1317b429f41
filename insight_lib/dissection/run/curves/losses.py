"""Which series of a run is its loss, and where that loss began, went and ended."""

import re
from collections.abc import Collection, Iterator

import numpy as np

from insight_lib.dissection.run.curves.loss_shape import level_before_rise
from insight_lib.dissection.run.data.kinds_of_labels import has_small_batches, is_multi_hot
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Cadence, Phase, Role
from insight_lib.series.series import Series

LOSS_ROLES = (
    Role.TOTAL_LOSS,
    Role.PARTIAL_LOSS,
    Role.VALUE_LOSS,
    Role.POLICY_LOSS,
    Role.GENERATOR_LOSS,
    Role.DISCRIMINATOR_LOSS,
)
HELD_OUT = frozenset({Phase.VALIDATION, Phase.TEST})
"""Phases of data that are not trained on."""
OF_LARGEST_OUTPUT = re.compile(r"(^|/)(epoch_|batch_|val_)*(categorical_)?acc(uracy)?$")
"""Names of Keras's accuracies that look at the largest of several outputs alone."""
OF_ZERO_AND_ONE = re.compile(r"(^|/)(epoch_|batch_|val_)*(binary_)?acc(uracy)?$")
"""Names of Keras's accuracies that compare the labels of one unit with 0 and 1."""
_MIN_EPOCH_POINTS = 3
_TRAINING = frozenset({Phase.TRAIN})


def losses(view: RunView) -> Iterator[NamedSeries]:
    """Yield every series whose name says that it is a loss, of the whole or of a part."""
    yield from view.with_role(*LOSS_ROLES)


def training_losses(view: RunView) -> list[NamedSeries]:
    """Return every training loss that should fall; none where the run follows a moving target.

    A series of zeros next to a training loss that is not zero is no loss: so Keras logs the
    ``loss`` of an epoch where a custom ``train_step`` does not update its tracker.
    """
    return list(_falling(view, _TRAINING))


def validation_losses(view: RunView) -> list[NamedSeries]:
    """Return every validation loss that should fall; none likewise."""
    return list(_falling(view, HELD_OUT))


@once_a_view
def training_loss(view: RunView) -> NamedSeries | None:
    """Return the training loss that should fall; None where there is none."""
    return max(_falling(view, _TRAINING), key=_preference, default=None)


@once_a_view
def validation_loss(view: RunView) -> NamedSeries | None:
    """Return the validation loss that should fall; None where there is none."""
    return max(_falling(view, HELD_OUT), key=_preference, default=None)


@once_a_view
def batch_loss(view: RunView) -> NamedSeries | None:
    """Return the training loss of single steps, where it is written next to that of epochs."""
    chosen = [loss for loss in training_losses(view) if not is_per_epoch(loss)]
    return max(chosen, key=lambda loss: loss.series.steps.size, default=None)


@once_a_view
def follows_moving_target(view: RunView) -> bool:
    """Return whether the run is reinforcement learning or adversarial training."""
    return any(one.moving or one.role is Role.RETURN for one in view.roles.values())


def start_of_training(view: RunView, loss: NamedSeries) -> float:
    """Return the training loss before anything was learnt, as far as it is known.

    The mean over a first epoch already holds what that epoch learnt or destroyed; where the loss of
    single steps is written from an earlier step on, its first value is taken.
    """
    steps = batch_loss(view)
    if steps is None or steps.tag == loss.tag or not np.isfinite(steps.series.values[0]):
        return level_before_rise(loss.series.values)
    if steps.series.steps[0] >= loss.series.steps[0]:
        return level_before_rise(loss.series.values)
    return float(steps.series.values[0])


def end_of_training(view: RunView, loss: NamedSeries) -> float:
    """Return the level at which the training loss ended.

    The steps of a run of one or two epochs are traced the more densely the earlier they are, so
    that much of the fall may lie between the last ones: the mean of the last epoch tells of these,
    where it is lower. Of batches of a few examples, most of which may cost nothing, it is the only
    one to tell of all.
    """
    end = end_level(loss.series.values)
    epochs = [one for one in training_losses(view) if is_per_epoch(one) and one.tag != loss.tag]
    if not epochs or is_per_epoch(loss) or not np.isfinite(epochs[0].series.values[-1]):
        return end
    mean = float(epochs[0].series.values[-1])
    return mean if has_small_batches(view) else min(end, mean)


@once_a_view
def fall_of_training(view: RunView) -> float | None:
    """Return the share of its start that the training loss lost by its end.

    1 is a fall to zero, 0 none, below 0 a rise. None where there is no training loss that should
    fall, where it does not start above zero or does not end finite.
    """
    loss = training_loss(view)
    if loss is None or not np.isfinite(loss.series.values[-1]):
        return None
    start, end = start_of_training(view, loss), end_of_training(view, loss)
    return 1 - end / start if start > 0 else None


def accuracies(view: RunView) -> list[Series]:
    """Return the accuracies, in 0..1, in training or, where none was written, in validation.

    Left out is one that says nothing; see ``accuracies_of``.
    """
    in_training = accuracies_of(view, {Phase.TRAIN})
    return [one.series for one in in_training] or validation_accuracies(view)


def validation_accuracies(view: RunView) -> list[Series]:
    """Return the accuracies in validation, in 0..1."""
    return [one.series for one in accuracies_of(view, HELD_OUT)]


def accuracies_of(view: RunView, phases: Collection[Phase] = tuple(Phase)) -> list[NamedSeries]:
    """Return the accuracies of some phases, but for those of Keras that mean nothing.

    Where an example may have several labels, its accuracy compares which output is the largest
    with which label is, of which there is no one. Of labels below 0 and one unit it compares them
    with 0 and 1.
    """
    return list(_accuracies_of(view, frozenset(phases)))


@once_a_view
def _accuracies_of(view: RunView, phases: frozenset[Phase]) -> tuple[NamedSeries, ...]:
    found = view.with_role(Role.ACCURACY, phases=phases)
    if is_multi_hot(view):
        return tuple(one for one in found if not OF_LARGEST_OUTPUT.search(one.tag))
    if has_sides_for_binary_accuracy(view):
        return tuple(one for one in found if not OF_ZERO_AND_ONE.search(one.tag))
    return tuple(found)


def has_sides_for_binary_accuracy(view: RunView) -> bool:
    """Return whether Keras compares classes of which one is below 0 with the answers 0 and 1."""
    seen, output = labels(view), recorded_layers.output_layer(view)
    if seen is None or output is None or recorded_training.accuracy(view) is None:
        return False
    return output.units == 1 and seen.classes is not None and seen.low < 0


def is_per_epoch(one: NamedSeries) -> bool:
    """Return whether the values of a series are means over an epoch."""
    return one.about.cadence is Cadence.EPOCH


@once_a_view
def _falling(view: RunView, phases: frozenset[Phase]) -> tuple[NamedSeries, ...]:
    found = [one for one in view.with_role(Role.TOTAL_LOSS) if not one.about.moving]
    training = [one.series.values for one in found if one.about.phase is Phase.TRAIN]
    has_values = any(values.any() for values in training)
    return tuple(
        one
        for one in found
        if one.about.phase in phases and (one.series.values.any() or not has_values)
    )


def _preference(loss: NamedSeries) -> tuple[bool, int]:
    points = loss.series.steps.size
    return is_per_epoch(loss) and points >= _MIN_EPOCH_POINTS, points
