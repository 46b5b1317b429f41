"""The entropies of policies over discrete actions."""

from dataclasses import replace

import numpy as np

from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.role import Role
from insight_lib.series.series import Series

_ROUNDING = 1e-3


def entropy_gone(view: RunView, *, gone: float, min_points: int) -> NamedSeries | None:
    """Return a policy entropy of discrete actions that ends near zero; None of none.

    Args:
        view: the run.
        gone: of its start, at or below which it ends.
        min_points: of an entropy that is judged.
    """
    for entropy in map(_discrete, view.with_role(Role.POLICY_ENTROPY)):
        if entropy is None or entropy.series.values.size < min_points:
            continue
        values = entropy.series.values
        if end_level(values) <= gone * start_level(values):
            return entropy
    return None


def _discrete(entropy: NamedSeries) -> NamedSeries | None:
    """Return the finite entropy of discrete actions; None of continuous ones or of constant zero.

    As a loss it is written with the opposite sign.
    """
    entropy = finite_points(entropy)
    steps, values = entropy.series.steps, entropy.series.values
    if not values.size:
        return None
    values = values * np.sign(start_level(values))
    if not values[0] > 0 or (values < -_ROUNDING).any():
        return None
    return replace(entropy, series=Series(steps, values))
