"""The losses of value functions, and the scale of the returns that these predict."""

import numpy as np

from insight_lib.dissection.run.finite_points import finite_points
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.role import Role


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

    Returns between 0 and 1 may be success rates, which say nothing of the rewards' scale.
    """
    values = [finite_points(one).series.values for one in view.with_role(Role.RETURN)]
    scaled = [own for own in values if own.size and (own.min() < 0 or own.max() > 1)]
    return max((float(np.abs(own).max()) for own in scaled), default=None)
