"""Whether validation goes on as if its examples had other classes, or labels without meaning."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.curves.loss_curves import Curves
from insight_lib.dissection.run.curves.losses import (
    accuracies_of,
    end_of_training,
    training_loss,
    validation_loss,
)
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.guessing.baseline import (
    guessing_accuracy,
    guessing_loss,
    guessing_validation_loss,
)
from insight_lib.dissection.run.learning import FALL_BELOW_GUESSING
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase
from insight_lib.series.series import Series

# Of guessing: a model that has seen all classes is not that wrong on hundreds of examples.
BELOW_GUESSING = 0.5
MIN_POINTS = 3
# Of the room above guessing, as in ``learning``.
LEARNT = 0.5
# Of the loss of guessing: as much is paid by who is sure of other classes.
ABOVE_GUESSING = 1.5
# So that none is missing among them by chance.
_EXAMPLES_OF_A_CLASS = 10
# Of the loss of guessing: what memorising alone brings, and what does not differ from guessing.
TRAINING_CHANCE = 0.95
VALIDATION_CHANCE = 0.98


@dataclass(frozen=True)
class UnlikeValidation:
    """A validation that is worse than guessing all the way.

    Attributes:
        validation: the accuracy, finite points alone; the loss where no accuracy is known.
        is_loss: whether it is the loss.
        training_accuracy: what training reached; None where its loss alone tells of it.
        training_loss: where it ended; None where the accuracy tells of it.
        guessing: what guessing gives, as an accuracy or a loss.
    """

    validation: Series
    is_loss: bool
    training_accuracy: float | None
    training_loss: float | None
    guessing: float


@once_a_view
def unlike_validation(
    view: RunView,
    below: float = BELOW_GUESSING,
    learnt: float = LEARNT,
    min_points: int = MIN_POINTS,
    above: float = ABOVE_GUESSING,
) -> UnlikeValidation | None:
    """Return where validation is worse than guessing at every point of a run that learnt.

    No overfitting does that from the first point on: a model that knows nothing of new examples
    guesses. A loss does so only where training misses a class of the output, since a model that is
    sure of what it gets wrong is worse than guessing, too. None where it is not so, or where
    neither classes nor their shares are known.

    Args:
        view: the run.
        below: the share of guessing's accuracy that counts as below it.
        learnt: the share of the room above guessing that training must have closed.
        min_points: of the validation accuracy or loss at least.
        above: how many times the loss of guessing the validation loss is at least.
    """
    guessing = accuracy_of_guessing(view)
    training = [end_level(one.values) for one in _accuracies(view, Phase.TRAIN)]
    reached = max(training, default=None)
    end = _loss_where_it_learnt(view, learnt) if reached is None else None
    if guessing is None or (reached is None and end is None):
        return None
    if reached is not None and reached < guessing + learnt * (1 - guessing):
        return None
    validations = _accuracies(view, Phase.VALIDATION)
    for one in validations:
        if one.steps.size >= min_points and one.values.max() <= below * guessing:
            return UnlikeValidation(one, False, reached, end, guessing)
    return None if validations else _of_losses(view, learnt, min_points, above)


def missing_classes(view: RunView) -> tuple[int, int] | None:
    """Return how many of the output's classes training labels have, and how many it has.

    None where they have all, or too few examples were traced to tell.
    """
    output, seen = recorded_layers.output_layer(view), labels(view)
    units = None if output is None else output.units
    if seen is None or seen.is_multi_hot or not seen.classes or not units:
        return None
    classes = max(units, 2)
    is_known = seen.examples >= _EXAMPLES_OF_A_CLASS * classes or units == 1
    return (seen.classes, classes) if is_known and seen.classes < classes else None


def _of_losses(
    view: RunView, learnt: float, min_points: int, above: float
) -> UnlikeValidation | None:
    end, guessing = _loss_where_it_learnt(view, learnt), guessing_validation_loss(view)
    loss = validation_loss(view)
    if end is None or guessing is None or loss is None or missing_classes(view) is None:
        return None
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    if values.size < min_points or values.min() < above * guessing:
        return None
    return UnlikeValidation(Series(steps, values), True, None, end, guessing)


def _loss_where_it_learnt(view: RunView, learnt: float) -> float | None:
    """Return where the training loss ended, if that is as far below guessing."""
    loss, guessing = training_loss(view), guessing_loss(view)
    if loss is None or guessing is None:
        return None
    end = end_of_training(view, loss)
    return end if end <= (1 - learnt) * guessing else None


def never_below_guessing(
    view: RunView,
    curves: Curves,
    guessing: float,
    training_chance: float = TRAINING_CHANCE,
    validation_chance: float = VALIDATION_CHANCE,
) -> bool:
    """Return whether no point of the validation loss is below guessing, though training learnt.

    False where a validation accuracy is better than guessing: such a model is only too sure.

    Args:
        view: the run.
        curves: both losses.
        guessing: the validation loss of guessing.
        training_chance: the share of it below which training has learnt something.
        validation_chance: the share of it that the validation loss never was below.
    """
    # Weights of examples are of the training alone.
    learnt = curves.ends[0] < training_chance * (guessing_loss(view) or guessing)
    never = learnt and curves.lowest >= validation_chance * guessing
    return never and not _hits(view)


def _hits(view: RunView) -> bool:
    """Return whether a validation accuracy closed a quarter of its way from guessing to 1."""
    share = guessing_accuracy(view) or 0.0
    least = share + FALL_BELOW_GUESSING * (1 - share)
    return any(one.values.max() >= least for one in _accuracies(view, Phase.VALIDATION))


@once_a_view
def accuracy_of_guessing(view: RunView) -> float | None:
    """Return the accuracy of guessing; of classes that may be missing in training 1 / K."""
    known = guessing_accuracy(view)
    if known is not None:
        return known
    output, seen = recorded_layers.output_layer(view), labels(view)
    units = None if output is None else output.units
    classes = max(units or 0, (seen.classes or 0) if seen else 0)
    return 1 / max(classes, 2) if units is not None and classes else None


def _accuracies(view: RunView, phase: Phase) -> list[Series]:
    """Return the accuracies of a phase where they are finite."""
    found = []
    for one in accuracies_of(view, {phase}):
        known = np.isfinite(one.series.values)
        if known.any():
            found.append(Series(one.series.steps[known], one.series.values[known]))
    return found
