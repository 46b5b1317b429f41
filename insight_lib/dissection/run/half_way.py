"""Whether a run that learnt something has come half of the way at most."""

from insight_lib.dissection.run.baseline import guessing_accuracy, guessing_loss
from insight_lib.dissection.run.curves.losses import (
    accuracies,
    end_of_training,
    training_loss,
    validation_accuracies,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level

HALF_WAY = 0.6
"""Of what guessing costs: the shortest healthy runs of the zoo end at half of it."""
ROOM = 0.5


def is_half_way(view: RunView, half_way: float = HALF_WAY, room: float = ROOM) -> bool:
    """Return whether the loss ends above a share of what guessing costs, and no accuracy is good.

    Good is what is so far from the share of the largest class to 1.

    False where it is not known what guessing costs.

    Args:
        view: the run.
        half_way: the share.
        room: the share of the room above guessing that a good accuracy has closed.
    """
    guessing, loss = guessing_loss(view), training_loss(view)
    if guessing is None or loss is None or end_of_training(view, loss) <= half_way * guessing:
        return False
    guessed = guessing_accuracy(view) or 0.0
    good = guessed + room * (1 - guessed)
    reached = [end_level(one.values) for one in (*accuracies(view), *validation_accuracies(view))]
    return all(one < good for one in reached)
