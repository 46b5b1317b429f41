"""Whether validation goes on as if its examples had other classes, or labels without meaning."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run import recorded_layers
from insight_lib.dissection.run.baseline import guessing_accuracy
from insight_lib.dissection.run.curves.loss_curves import Curves
from insight_lib.dissection.run.curves.losses import accuracies_of
from insight_lib.dissection.run.labels import labels
from insight_lib.dissection.run.learning import FALL_BELOW_GUESSING
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase
from insight_lib.series.series import Series

# Of guessing: a model that has seen all classes is not that wrong on hundreds of examples.
BELOW_GUESSING = 0.5
MIN_POINTS = 3
# Of the room above guessing, as in ``learning``.
LEARNT = 0.5
# Of the loss of guessing: what memorising alone brings, and what does not differ from guessing.
TRAINING_CHANCE = 0.95
VALIDATION_CHANCE = 0.98


@dataclass(frozen=True)
class UnlikeValidation:
    """The validation accuracy, finite points alone, what training reached and guessing gives."""

    validation: Series
    training_accuracy: float
    guessing: float


def unlike_validation(
    view: RunView,
    below: float = BELOW_GUESSING,
    learnt: float = LEARNT,
    min_points: int = MIN_POINTS,
) -> UnlikeValidation | None:
    """Return the accuracies where validation is below guessing at every point of a run that learnt.

    No overfitting does that from the first point on: a model that knows nothing of new examples
    guesses. None where it is not so, or where neither classes nor their shares are known.

    Args:
        view: the run.
        below: the share of guessing's accuracy that counts as below it.
        learnt: the share of the room above guessing that the training accuracy must have closed.
        min_points: of the validation accuracy at least.
    """
    guessing = _guessing(view)
    training = _accuracies(view, Phase.TRAIN)
    if guessing is None or not training:
        return None
    reached = max(end_level(one.values) for one in training)
    if reached < guessing + learnt * (1 - guessing):
        return None
    for one in _accuracies(view, Phase.VALIDATION):
        if one.steps.size >= min_points and one.values.max() <= below * guessing:
            return UnlikeValidation(one, reached, guessing)
    return None


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
        guessing: the loss of guessing.
        training_chance: the share of it below which training has learnt something.
        validation_chance: the share of it that the validation loss never was below.
    """
    learnt = curves.ends[0] < training_chance * guessing
    never = learnt and curves.lowest >= validation_chance * guessing
    return never and not _hits(view)


def _hits(view: RunView) -> bool:
    """Return whether a validation accuracy closed a quarter of its way from guessing to 1."""
    share = guessing_accuracy(view) or 0.0
    least = share + FALL_BELOW_GUESSING * (1 - share)
    return any(one.values.max() >= least for one in _accuracies(view, Phase.VALIDATION))


def _guessing(view: RunView) -> float | None:
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
