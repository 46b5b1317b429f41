"""How many classes a run has, as the loss and the accuracy of a model that guesses tell."""

import math
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.losses import (
    HELD_OUT,
    accuracies_of,
    follows_moving_target,
    training_losses,
    validation_losses,
)
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase

# By how much the accuracy of a guess is off, of itself and of the room above it: both must hold.
_NEAR, _ROOM = 0.5, 0.1
# By how much the loss of a guess is off, of itself.
_NEAR_LOSS = 0.1
# No classifier that knows something costs so many times what guessing does, at every point.
_WRECKED = 10
_MOST_CLASSES = 1_000_000


@once_a_view
def inferred_classes(view: RunView) -> int | None:
    """Return the number K of equally frequent classes; None where nothing tells.

    A model that calls all K classes equally likely has a cross entropy of ln K and an accuracy of
    1/K, which is exp(-loss). One that has learnt anything is right more often than that, so that
    both together, at the start or at the end, are the mark of guessing. Where the loss is ten times
    ln K at every point, an accuracy that stays at 1/K tells as much.

    None where a loss follows a moving target: there balance looks like guessing.
    """
    if follows_moving_target(view):
        return None
    guesses = (_of_pair(loss, accuracy) for loss, accuracy in _pairs(view))
    return next((classes for classes in guesses if classes is not None), None)


def _pairs(view: RunView) -> Iterator[tuple[Floats, Floats]]:
    """Yield each loss with each accuracy on the same data, training first, where finite."""
    for losses, phases in (
        (training_losses(view), {Phase.TRAIN}),
        (validation_losses(view), HELD_OUT),
    ):
        yield from product(_finite(losses), _finite(accuracies_of(view, phases)))


def _finite(found: Sequence[NamedSeries]) -> list[Floats]:
    kept = (one.series.values[np.isfinite(one.series.values)] for one in found)
    return [values for values in kept if values.size]


def _of_pair(loss: Floats, accuracy: Floats) -> int | None:
    """Return the classes of the better of two guesses, that of the start and that of the end.

    At the start the loss is the surer measure, before overconfidence raises it; to the end it is
    the accuracy of all points together.
    """
    told, share = float(loss[0]), float(accuracy[0])
    first = _of_guess(told, share, (_perplexity(told),))
    level, share = end_level(loss), median(accuracy)
    last = _of_guess(level, share, (_perplexity(level), 1 / max(share, 1 / _MOST_CLASSES)))
    # A model of more classes may come by on its way up.
    if last is not None and not _is_guess(end_level(accuracy), last[1]):
        last = None
    guesses = [guess for guess in (first, last) if guess is not None]
    return min(guesses)[1] if guesses else _of_wreck(loss, accuracy)


def _perplexity(loss: float) -> float:
    return math.exp(min(loss, math.log(_MOST_CLASSES)))


def _of_guess(loss: float, accuracy: float, told: tuple[float, ...]) -> tuple[float, int] | None:
    """Return which number of classes loss and accuracy are the guess of, after how far it is off.

    None if of none that was told.
    """
    if not 0 < loss < math.log(_MOST_CLASSES):
        return None
    guesses = (
        (abs(accuracy * classes - 1), classes)
        for classes in (max(2, round(number)) for number in told)
        if abs(loss / math.log(classes) - 1) <= _NEAR_LOSS and _is_guess(accuracy, classes)
    )
    return min(guesses, default=None)


def _of_wreck(loss: Floats, accuracy: Floats) -> int | None:
    typical = median(accuracy)
    classes = round(1 / typical) if 1 / _MOST_CLASSES < typical < 1 else 1
    if classes < 2 or loss.min() < _WRECKED * math.log(classes):
        return None
    stays = all(_is_guess(level, classes) for level in (accuracy.min(), accuracy.max()))
    return classes if stays else None


def _is_guess(accuracy: float, classes: int) -> bool:
    away = abs(accuracy - 1 / classes)
    return away <= min(_NEAR / classes, _ROOM * (1 - 1 / classes))
