"""The losses of value functions, and the scale of the returns that these predict."""

import numpy as np

from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.view import NamedSeries, RunView
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
