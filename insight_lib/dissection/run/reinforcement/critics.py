"""The losses of value functions, and the scale of the returns that these predict."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.role import Role, Unit


def critic_losses(view: RunView) -> list[NamedSeries]:
    """Return the finite losses of value functions; of a run without any, its whole loss.

    The whole loss of Q-learning is that of its value function, and that of actor and critic is
    mostly so.
    """
    found = view.with_role(Role.VALUE_LOSS)
    found = found or [one for one in view.with_role(Role.TOTAL_LOSS) if one.about.moving]
    return [finite_points(one) for one in found]


def return_scale(view: RunView) -> float | None:
    """Return the largest absolute return of a run; None where no scale is known.

    A success rate says nothing of it. Rewards are rarely smaller than 1, whatever an agent gets of
    them: a return of 0.01 may be the mean of a hundred episodes of which one was rewarded.
    """
    found = [one for one in view.with_role(Role.RETURN) if one.about.unit is not Unit.FRACTION]
    values = [finite_points(one).series.values for one in found]
    return max((max(float(np.abs(own).max()), 1.0) for own in values if own.size), default=None)


def diverged_critic(
    view: RunView,
    *,
    growth: float,
    ratio: float,
    unexplained: float,
    large: float,
    min_points: int,
) -> NamedSeries | None:
    """Return the diverged value loss that ends highest; None of none.

    The loss of predicting 0 everywhere is about the square of the largest return, so that a critic
    grows with the return, and rightly.

    Args:
        view: the run.
        growth: how many times its start it ends at.
        ratio: and how many times the square of the largest return.
        unexplained: where no scale of returns is known, how many times its start.
        large: and at which value at least.
        min_points: of a loss that is judged.
    """
    scale = return_scale(view)

    def has_diverged(values: Floats) -> bool:
        start, end = start_level(values), end_level(values)
        if values.size < min_points or start < 0 or end < start:
            return False
        if scale is None:
            return end >= max(unexplained * start, large)
        return end >= growth * start and end >= ratio * scale**2

    found = [one for one in critic_losses(view) if has_diverged(one.series.values)]
    return max(found, key=lambda one: end_level(one.series.values), default=None)
