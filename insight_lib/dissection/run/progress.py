"""Whether anything but the training loss shows that a run makes progress."""

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.losses import HELD_OUT
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend
from insight_lib.series.role import Direction, Role

SCORES = (Role.ACCURACY, Role.AUC, Role.F1, Role.SCORE)
_ERRORS = (Role.TOTAL_LOSS, Role.ERROR_RATE, Role.PERPLEXITY, Role.REGRESSION_ERROR)
_MIN_POINTS = 5
# TheDeepChecker: a loss that moves by less than 5 % does not move.
_SHARE = 0.05


def improves_on_held_out_data(view: RunView) -> bool:
    """Return whether a loss, an error or a score of held-out data gets better, beyond its noise.

    By a twentieth of its start; a score by a twentieth of what it can at most be.
    """
    return any(
        _improves(one.series.steps, one.series.values, one.about.direction is Direction.HIGHER)
        for one in view.with_role(*_ERRORS, *SCORES, phases=HELD_OUT)
    )


def _improves(steps: Integers, values: Floats, higher_is_better: bool) -> bool:
    known = np.isfinite(values)
    if known.sum() < _MIN_POINTS or trend(steps, values).p_value >= SIGNIFICANT:
        return False
    start, end = start_level(values), end_level(values)
    return end - start >= _SHARE if higher_is_better else start - end >= _SHARE * abs(start)
