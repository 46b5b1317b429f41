"""A loss that ends far beyond where any loss of the run began."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.curves.loss_shape import level_before_rise
from insight_lib.dissection.run.curves.losses import HELD_OUT, fall_of_training, losses
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Role

# Of reinforcement learning: who judges these knows the returns.
_OF_RETURNS = (Role.VALUE_LOSS, Role.POLICY_LOSS)


@dataclass(frozen=True)
class Grown:
    """A loss beyond a limit to its end.

    Attributes:
        loss: the series, all finite.
        size: its absolute values (n,).
        limit: of the size.
        since: the place since which it has stayed beyond.
    """

    loss: NamedSeries
    size: Floats
    limit: float
    since: int


def grown_loss(view: RunView, *, rise: float, far: float, min_points: int) -> Grown | None:
    """Return the loss that grew most, of those that are beyond their limit; None of none.

    The limit is ``rise`` times its own start and the largest start of all losses on the same data
    where it should fall and the training loss did not; ``far`` times its start, or the square of
    the largest return, where it follows a moving target. The training loss as a whole is not looked
    at, nor are value and policy losses next to returns.

    Args:
        view: the run.
        rise: above 1.
        far: above ``rise``.
        min_points: of a loss that is judged.
    """
    grown = [
        (end_level(_size(loss)) / limit, loss, limit)
        for loss in losses(view)
        if _size(loss).size >= min_points
        if (limit := _limit(view, loss, rise, far)) is not None
    ]
    times, loss, limit = max(grown, key=lambda one: one[0], default=(0.0, None, 0.0))
    if loss is None or times < 1 or not (_size(loss)[-2:] >= limit).all():
        return None
    below = np.flatnonzero(_size(loss) < limit)
    return Grown(loss, _size(loss), limit, int(below[-1]) + 1 if below.size else 0)


def _size(loss: NamedSeries) -> Floats:
    """Return the absolute values (n,) of a loss; none where one of them is not finite."""
    values = loss.series.values
    return np.abs(values) if np.isfinite(values).all() else values[:0]


def _limit(view: RunView, loss: NamedSeries, rise: float, far: float) -> float | None:
    """Return the size from which on a loss has diverged; None of one that is judged elsewhere."""
    if loss.about.moving:
        return _limit_of_moving(view, loss, far)
    if loss.about.phase not in HELD_OUT and loss.about.role is Role.TOTAL_LOSS:
        return None
    fall = fall_of_training(view)
    if fall is not None and fall > 0:
        return None
    same = HELD_OUT if loss.about.phase in HELD_OUT else {loss.about.phase}
    starts = [_start(one) for one in losses(view) if one.about.phase in same and _size(one).size]
    return rise * max(starts) or None


def _limit_of_moving(view: RunView, loss: NamedSeries, far: float) -> float | None:
    returns = [one.series.values for one in view.with_role(Role.RETURN)]
    if returns and loss.about.role in _OF_RETURNS:
        return None
    largest = [float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) for values in returns]
    with np.errstate(over="ignore"):  # no loss is beyond the square of an enormous return
        square = float(np.square(max(largest, default=0.0)))
    return max(far * max(_start(loss), 1.0), square) or None


def _start(loss: NamedSeries) -> float:
    size = _size(loss)
    return max(float(size[0]), level_before_rise(size))
