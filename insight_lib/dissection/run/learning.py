"""Whether a run learnt in the end: the consequence by which rules choose a severity."""

import numpy as np

from insight_lib.dissection.run.curves.losses import (
    accuracies,
    end_of_training,
    losses,
    start_of_training,
    training_loss,
    validation_accuracies,
)
from insight_lib.dissection.run.guessing.baseline import (
    guess,
    guessing_accuracy,
    largest_share,
    worst_guess,
)
from insight_lib.dissection.run.network import nonfinite
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level, start_level

# A loss that fell by half has learnt something, whatever its regularisation adds.
FALL = 0.5
# Below guessing a quarter is much: guessing is where a loss gets without looking at an input.
FALL_BELOW_GUESSING = 0.25
# Likewise an accuracy that closed half of the room that it had above its start.
ROOM = 0.5
GOOD_ACCURACY = 0.95
MOST = 0.75
"""Of the way from guessing to all right: a run that closed as much is hurt by nothing."""
# Of what a model gains over guessing: healthy runs of the zoo go further.
HALF_WAY = 0.5


@once_a_view
def has_learnt(view: RunView) -> bool:
    """Return whether the training loss fell by half, or an accuracy rose by half of its room.

    With much dropout it is the accuracy in validation alone that shows it. To rise to the share of
    the largest class is no more than to guess it: of the room above that, a quarter must be gained.

    Where the loss of guessing is known, of quantities that of the best constant, a loss must end a
    quarter below that instead: to come down from a wild start is not to learn. Where it is not, it
    must end so far below the most that guessing can cost, too. Whatever the accuracy, it
    must not end above the most that guessing can cost. False also where no loss and no accuracy is
    known: what is not shown is not taken for granted.
    """
    loss, worst = training_loss(view), worst_guess(view)
    end = np.nan if loss is None else end_of_training(view, loss)
    if worst is not None and end > worst:
        return False
    largest = largest_share(view) or 0.0
    known = [one.values for one in (*accuracies(view), *validation_accuracies(view))]
    if any(_has_risen(start_level(values), end_level(values), largest) for values in known):
        return True
    if loss is None or not np.isfinite(loss.series.values[-1]):
        return False
    guessing = guess(view)
    if guessing is not None:
        return end <= guessing.at(1 - FALL_BELOW_GUESSING)
    if worst is not None and end > (1 - FALL_BELOW_GUESSING) * worst:
        return False
    start = start_of_training(view, loss)
    return start > 0 and end <= (1 - FALL) * start


def way_gone(view: RunView) -> float | None:
    """Return the share of the way from guessing to no error that the training went.

    1 is no error, 0 no more than guessing, below 0 worse than that. By the accuracy where one was
    written, else by the loss. Noise of the labels bars the end of the way, how much of it nobody
    knows: half of it is what a model gets of most data. None where nothing tells of guessing.
    """
    known = accuracies(view)
    guessing = guessing_accuracy(view) if known else None
    if guessing is not None and guessing < 1:
        reached = max(end_level(one.values) for one in known)
        return (reached - guessing) / (1 - guessing) if np.isfinite(reached) else None
    loss, cost = training_loss(view), guess(view)
    if loss is None or cost is None or cost.cost <= cost.least:
        return None
    end = end_of_training(view, loss)
    way = (cost.cost - end) / (cost.cost - cost.least)
    return way if np.isfinite(way) else None


def has_learnt_well(view: RunView, share: float = MOST, *, unknown: bool = True) -> bool:
    """Return whether a run that learnt closed a share of the way from guessing to no error.

    Args:
        view: the run.
        share: of the way.
        unknown: what to return of a run that learnt where nothing tells of the way.
    """
    way = way_gone(view)
    if way is None:
        way = max((end_level(one.values) for one in accuracies(view)), default=None)
    return has_learnt(view) and (unknown if way is None else way >= share)


def falls_short(view: RunView, far: float = HALF_WAY) -> bool:
    """Return whether a run is known to have ended far from what most data allow.

    That is less than half of the way (or ``far`` of it) to no error: what to ask before a rule
    names a weakness of the network that may as well be the data's. False of several quantities, as
    of an autoencoder, of which a code keeps what it can.
    """
    way = way_gone(view)
    return way is not None and way < far and not _gives_quantities(view)


def _gives_quantities(view: RunView) -> bool:
    output, loss = recorded_layers.output_layer(view), recorded_training.loss(view)
    is_distance = loss is None or loss.name in recorded_training.DISTANCES
    return is_distance and (output is None or output.units != 1) and not accuracies(view)


def is_lost(view: RunView) -> bool:
    """Return whether a loss or a weight is not finite at its end, so that nothing more is learnt.

    Both are asked: a loss may be finite though the weights are not, as a ReLU makes 0 of a NaN.
    """
    spoilt = any(nonfinite(weight)[-1] > 0 for weight in view.of_kind("weight"))
    return spoilt or any(not np.isfinite(loss.series.values[-1]) for loss in losses(view))


def tells_of_learning(view: RunView) -> bool:
    """Return whether a loss that should fall, or an accuracy, was written at all."""
    return training_loss(view) is not None or bool(accuracies(view))


def _has_risen(start: float, end: float, largest_share: float) -> bool:
    if not (np.isfinite(start) and np.isfinite(end)):
        return False
    if end < largest_share + FALL_BELOW_GUESSING * (1 - largest_share):
        return False
    return end >= GOOD_ACCURACY or end - start >= ROOM * (1 - start)
