"""Scores on held-out data: whether one stays poor while the training loss goes on falling."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.losses import HELD_OUT
from insight_lib.dissection.run.curves.progress import scores
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend
from insight_lib.series.role import Phase, Role
from insight_lib.series.series import Series

# Of the level at the end: where a score came so near to that it had arrived.
_ARRIVED = 0.9


@dataclass(frozen=True)
class Stalled:
    """A score of held-out data that no longer rises.

    Attributes:
        score: the series.
        since: the place of its first point near its level at the end.
        training: the training loss, or a part of it, that fell all the same.
        fall: share of its level that the training loss lost in the second half of the run.
    """

    score: NamedSeries
    since: int
    training: NamedSeries
    fall: float


def held_out_scores(view: RunView) -> list[Series]:
    """Return the accuracies and other scores of held-out data that have finite values."""
    found = [one.series for one in scores(view, HELD_OUT)]
    return [one for one in found if np.isfinite(one.values).any()]


def stalled_score(view: RunView, min_points: int, poor: float, fall: float) -> Stalled | None:
    """Return the poorest score that stalls while the training loss falls; None of none.

    Stalls: in the second half of the run it has no trend up. None also where any score still rises.

    Args:
        view: the run.
        min_points: of a score that is judged.
        poor: above which a score is good enough to stay.
        fall: share of its level that a training loss must lose in the second half of the run.
    """
    judged = [
        one
        for one in scores(view, HELD_OUT)
        if one.series.values.size >= min_points and np.isfinite(one.series.values).all()
    ]
    if not judged or any(_rises(one.series) for one in judged):
        return None
    poorest = min(judged, key=lambda one: end_level(one.series.values))
    level = end_level(poorest.series.values)
    fallen = max(_falls(view, min_points), key=lambda one: one[0], default=None)
    if not 0 < level <= poor or fallen is None or fallen[0] < fall:
        return None
    since = int(np.argmax(poorest.series.values >= _ARRIVED * level))
    return Stalled(poorest, since, fallen[1], fallen[0])


def _rises(score: Series) -> bool:
    half = score.values.size // 2
    found = trend(score.steps[half:], score.values[half:])
    return found.change > 0 and found.p_value < SIGNIFICANT


def _falls(view: RunView, min_points: int) -> Iterator[tuple[float, NamedSeries]]:
    """Yield by how much each training loss, or part of one, fell in the second half."""
    for loss in view.with_role(Role.TOTAL_LOSS, Role.PARTIAL_LOSS, phases={Phase.TRAIN}):
        values = loss.series.values[np.isfinite(loss.series.values)]
        if values.size >= min_points and not loss.about.moving:
            yield _fall(values), loss


def _fall(values: Floats) -> float:
    half = values.size // 2
    middle = median(values[half : half + max(1, values.size // 10)])
    return 1 - end_level(values) / middle if middle > 0 else 0.0
