"""Whether a run that learnt something has come half of the way at most."""

from insight_lib.dissection.run.baseline import guessing_loss
from insight_lib.dissection.run.curves.losses import (
    accuracies,
    end_of_training,
    training_loss,
    validation_accuracies,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level

HALF_WAY = 0.5
"""Of what guessing costs: healthy runs of the zoo on balanced classes end below 0.45 of it."""
GOOD_ACCURACY = 0.8


def is_half_way(
    view: RunView, half_way: float = HALF_WAY, good_accuracy: float = GOOD_ACCURACY
) -> bool:
    """Return whether the loss ends above a share of what guessing costs, and no accuracy is good.

    False where it is not known what guessing costs.

    Args:
        view: the run.
        half_way: the share.
        good_accuracy: the accuracy that is good, whatever the loss.
    """
    guessing, loss = guessing_loss(view), training_loss(view)
    if guessing is None or loss is None or end_of_training(view, loss) <= half_way * guessing:
        return False
    reached = [end_level(one.values) for one in (*accuracies(view), *validation_accuracies(view))]
    return all(one < good_accuracy for one in reached)
