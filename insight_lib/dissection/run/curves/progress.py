"""The scores of a run, and whether it makes progress on held-out data."""

from collections.abc import Collection

import numpy as np

from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend
from insight_lib.series.role import Direction, Phase, Role

_SCORES = (Role.AUC, Role.F1, Role.SCORE)
_ERRORS = (Role.TOTAL_LOSS, Role.ERROR_RATE, Role.PERPLEXITY, Role.REGRESSION_ERROR)
_MIN_POINTS = 5
# TheDeepChecker: a loss that moves by less than 5 % does not move.
_SHARE = 0.05


def scores(view: RunView, phases: Collection[Phase] = tuple(Phase)) -> list[NamedSeries]:
    """Return the accuracies and other measures of quality of some phases that should be high."""
    found = [*accuracies_of(view, phases), *view.with_role(*_SCORES, phases=phases)]
    return [one for one in found if one.about.direction is Direction.HIGHER]


def improves_on_held_out_data(view: RunView) -> bool:
    """Return whether a loss, an error or a score of held-out data gets better, beyond its noise.

    By a twentieth of its start; a score by a twentieth of 1.
    """
    return any(_gain(one) >= _SHARE and _has_trend(one) for one in scores(view, HELD_OUT)) or any(
        -_gain(one) >= _SHARE * abs(start_level(one.series.values)) and _has_trend(one)
        for one in view.with_role(*_ERRORS, phases=HELD_OUT)
    )


def _gain(one: NamedSeries) -> float:
    """Return by how much the end lies above the start."""
    return end_level(one.series.values) - start_level(one.series.values)


def _has_trend(one: NamedSeries) -> bool:
    """Return whether a series is long enough to have a trend, and has one beyond its noise."""
    steps, values = one.series.steps, one.series.values
    is_long = np.isfinite(values).sum() >= _MIN_POINTS
    return bool(is_long and trend(steps, values).p_value < SIGNIFICANT)
