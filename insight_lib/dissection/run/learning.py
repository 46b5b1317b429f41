"""Whether a run learnt in the end: the consequence by which rules choose a severity."""

import numpy as np

from insight_lib.dissection.run.baseline import guess, largest_share, worst_guess
from insight_lib.dissection.run.curves.losses import (
    accuracies,
    end_of_training,
    losses,
    start_of_training,
    training_loss,
    validation_accuracies,
)
from insight_lib.dissection.run.network import nonfinite
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


def has_learnt_well(view: RunView, share: float = MOST, *, unknown: bool = True) -> bool:
    """Return whether a run that learnt closed a share of the way from guessing to all right.

    Args:
        view: the run.
        share: of the way, which an accuracy closed or the training loss.
        unknown: what to return of a run that learnt where neither tells of the way.
    """
    if not has_learnt(view):
        return False
    largest, guessing, loss = largest_share(view) or 0.0, guess(view), training_loss(view)
    known = [one.values for one in (*accuracies(view), *validation_accuracies(view))]
    if any(end_level(values) >= largest + share * (1 - largest) for values in known):
        return True
    if guessing is None or loss is None:
        return unknown and not known
    return end_of_training(view, loss) <= guessing.at(1 - share)


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
