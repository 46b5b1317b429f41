"""What speaks for a run whose training loss did not fall: that it learns all the same."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.curves.loss_shape import is_flat
from insight_lib.dissection.run.curves.losses import accuracies, batch_loss, end_of_training
from insight_lib.dissection.run.guessing.baseline import guess
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, noise, start_level
from insight_lib.series.role import Phase, Role

# An order of magnitude is more than a part that was raised brings: the loss diverges.
_MOST_OF_PARTS = 10.0


@dataclass(frozen=True, kw_only=True)
class Signs:
    """From where on something is a sign of learning.

    Attributes:
        flat: share of its start by which a loss must fall.
        ready: a loss below that share of guessing throughout is of a model that was loaded ready.
        low: likewise below that, where neither guessing nor an accuracy is known.
        good_accuracy: likewise an accuracy that ends there.
        accuracy_gain: by how much an accuracy must rise.
        noise_width: by how many times its noise a loss of single steps must fall.
        min_points: so many it must have.
    """

    flat: float
    ready: float
    low: float
    good_accuracy: float
    accuracy_gain: float
    noise_width: float
    min_points: int


def learns_elsewhere(view: RunView, loss: NamedSeries, signs: Signs) -> bool:
    """Return whether the loss of single steps fell, or the accuracy rose or has no room left.

    A loss far below guessing from the first point on is that of a model that was loaded ready, or
    that learnt within the first epoch; of quantities, guessing gives their mean.
    """
    guessing = guess(view)
    if guessing is not None and max(_levels(loss)) <= guessing.at(signs.ready):
        return True
    # Most of the fall of a run of one or two epochs may lie between the traced steps.
    if end_of_training(view, loss) < (1 - signs.flat) * min(_levels(loss)):
        return True
    if _steps_fell(view, loss, signs):
        return True
    found = [accuracy.values for accuracy in accuracies(view)]
    if any(end_level(values) - start_level(values) > signs.accuracy_gain for values in found):
        return True
    if is_seen_from_start(view):
        return False
    # Where no accuracy says otherwise, a loss that low is that of a model that was loaded ready.
    is_low = not found and loss.series.values.min() >= 0 and max(_levels(loss)) <= signs.low
    return is_low or any(end_level(values) >= signs.good_accuracy for values in found)


def _steps_fell(view: RunView, loss: NamedSeries, signs: Signs) -> bool:
    """Return whether the loss of single steps, written at as many points, fell beyond its noise."""
    steps = batch_loss(view)
    if steps is None or steps.tag == loss.tag:
        return False
    if steps.series.steps.size < loss.series.steps.size:
        return False
    values = steps.series.values[np.isfinite(steps.series.values)]
    wide = signs.noise_width * noise(values)
    return values.size >= signs.min_points and not is_flat(values, signs.flat, wide)


def is_seen_from_start(view: RunView) -> bool:
    """Return whether the first update itself was traced."""
    return any(series.steps[0] <= 1 for series in view.layers.values() if series.kind == "gradient")


def has_better_part(view: RunView, loss: NamedSeries, part: float, noise_width: float) -> bool:
    """Return whether a part of the loss fell, so that another one, or its weight, was raised.

    Args:
        view: the run.
        loss: its training loss.
        part: by what share of the whole loss's start the part must have fallen.
        noise_width: and by how many times its noise.
    """
    start = abs(start_level(loss.series.values))
    if end_level(loss.series.values) >= _MOST_OF_PARTS * start:
        return False
    parts = [one.series.values for one in view.with_role(Role.PARTIAL_LOSS, phases={Phase.TRAIN})]
    for values in parts:
        wide, first = noise_width * noise(values), start_level(values)
        fall = first - end_level(values)
        if first <= start + wide and fall >= max(part * start, wide):
            return True
    return False


def _levels(loss: NamedSeries) -> tuple[float, float]:
    return start_level(loss.series.values), end_level(loss.series.values)
