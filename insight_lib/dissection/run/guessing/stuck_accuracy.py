"""An accuracy that is no better than guessing, in a run that did not learn."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.curves.losses import accuracies, accuracies_of
from insight_lib.dissection.run.data.kinds_of_labels import are_quantities, class_shares
from insight_lib.dissection.run.guessing.baseline import guessing_accuracy
from insight_lib.dissection.run.learning import GOOD_ACCURACY, has_learnt
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.series import Series


@dataclass(frozen=True)
class StuckAccuracy:
    """An accuracy at chance, its finite points, and the highest value that counts as guessed."""

    accuracy: Series
    reached: float


def stuck_accuracy(
    view: RunView, *, room: float, times: float, share: float, min_points: int
) -> StuckAccuracy | None:
    """Return an accuracy that stayed at that of guessing, or at one number; None of none.

    Args:
        view: the run.
        room: share of the room above guessing up to which it counts as guessed.
        times: and how many times guessing.
        share: of the points of the run, or of its second half, that must lie there.
        min_points: of an accuracy that is judged.
    """
    if has_learnt(view) or are_quantities(view):
        return None
    guessing = guessing_accuracy(view)
    limit = None if guessing is None else min(guessing + room * (1 - guessing), times * guessing)
    for accuracy in _judged(view):
        known = np.isfinite(accuracy.values)
        one = Series(accuracy.steps[known], accuracy.values[known])
        if one.steps.size < min_points:
            continue
        reached = _reached(one, limit, share)
        if reached is not None:
            return StuckAccuracy(one, reached)
    return None


def _judged(view: RunView) -> list[Series]:
    """Return the accuracies; in training alone where the shares of the classes are known there."""
    if class_shares(view):
        return accuracies(view)
    return [one.series for one in accuracies_of(view)]


def _reached(one: Series, limit: float | None, share: float) -> float | None:
    """Return the highest accuracy that counts as guessed, if it stayed there."""
    values = one.values
    if values.min() == values.max() and values[0] < GOOD_ACCURACY:
        return float(values[0])
    if limit is None:
        return None
    judged = (values, values[values.size // 2 :])
    shares = [float((part <= limit).mean()) for part in judged]
    stayed = end_level(values) <= limit and max(shares) >= share
    return limit if stayed else None
