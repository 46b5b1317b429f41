"""A loss or score that gave up much of what it had gained, and did not get it back."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.curves.loss_curves import level_at
from insight_lib.dissection.run.curves.losses import (
    HELD_OUT,
    follows_moving_target,
    start_of_training,
    training_loss,
    validation_loss,
)
from insight_lib.dissection.run.curves.progress import scores
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import (
    BestLevel,
    Departure,
    best_level,
    departure_from,
    has_low_end,
)
from insight_lib.series.role import Phase

# The quantile that is the median of the best two fifths, which a few lucky points do not move.
_BEST = 0.8


@dataclass(frozen=True)
class LostLearning:
    """A loss or score that is worse to the end than it was.

    Attributes:
        named: the series.
        away: its departure from its best level.
        gained: by how much that level was better than the start, 0 or more.
        change: the level since, less the best level: above 0 of a loss, below 0 of a score.
        is_score: whether higher is better.
    """

    named: NamedSeries
    away: Departure
    gained: float
    change: float
    is_score: bool


def lost_learning(
    view: RunView, *, lost: float, fell: float, points: float, min_points: int
) -> list[LostLearning]:
    """Return the losses and scores that surely lost a share of what they had gained.

    A validation loss counts where the training loss does not go on falling: otherwise the run
    overfits. None of reinforcement learning and adversarial training, nor where another score on
    the same data is as good as it ever was.

    Args:
        view: the run.
        lost: share of the gain since the start that must be lost.
        fell: share of its start by which a loss must have fallen.
        points: of 1, or of its best level where that is higher, what a score must have lost.
        min_points: of a series that is judged.
    """
    if follows_moving_target(view):
        return []
    losses = [loss for loss in (training_loss(view), validation_loss(view)) if loss is not None]
    of_loss = partial(_of_loss, view, lost=lost, fell=fell, min_points=min_points)
    of_score = partial(_of_score, lost=lost, points=points, min_points=min_points)
    found = (*map(of_loss, losses), *map(of_score, scores(view)))
    is_good = partial(_has_good_score, view, points=points, min_points=min_points)
    return [one for one in found if one is not None and not is_good(one.named)]


def _of_loss(
    view: RunView, loss: NamedSeries, *, lost: float, fell: float, min_points: int
) -> LostLearning | None:
    values, is_held_out = loss.series.values, loss.about.phase in HELD_OUT
    start = start_level(values) if is_held_out else start_of_training(view, loss)
    if values.size < min_points or not _may_have_lost(values, start, lost):
        return None
    best = _best_level(values, higher_is_better=False)
    if best is None:
        return None
    gained = start - best.level
    if gained < fell * abs(start):
        return None
    away = departure_from(best, least=lost * gained)
    if away is None or (is_held_out and _training_goes_on(view, loss, away)):
        return None
    return LostLearning(loss, away, gained, away.end_level - away.best_level, False)


def _of_score(
    score: NamedSeries, *, lost: float, points: float, min_points: int
) -> LostLearning | None:
    values = score.series.values
    if values.size < min_points or not has_low_end(values, float(values.max()) - points):
        return None
    best = _best_level(values, higher_is_better=True)
    if best is None:
        return None
    gained = best.level - start_level(values)
    # Most scores are at most 1; of those that are not, such as BLEU, a share counts.
    least = points * max(1.0, abs(best.level))
    away = departure_from(best, least=max(least, lost * gained))
    if away is None:
        return None
    change = away.end_level - away.best_level
    return LostLearning(score, away, max(gained, 0.0), change, True)


def _may_have_lost(values: Floats, start: float, lost: float) -> bool:
    """Return whether a loss ends, from some place on, where it has lost so much of any gain."""
    lowest = float(values.min())
    return has_low_end(-values, -min(lowest + lost * (start - lowest), start))


def _best_level(values: Floats, *, higher_is_better: bool) -> BestLevel | None:
    if not np.isfinite(values).all():
        return None
    return best_level(values, higher_is_better=higher_is_better)


def _has_good_score(view: RunView, one: NamedSeries, *, points: float, min_points: int) -> bool:
    """Return whether a score on the same data ends as high as its best fifth, or nearly."""
    phases = HELD_OUT if one.about.phase in HELD_OUT else {Phase.TRAIN}
    known = [score.series.values for score in scores(view, phases)]
    return any(
        end_level(values) > float(np.quantile(values, _BEST)) - points / 2
        for values in known
        if np.isfinite(values).all() and values.size >= min_points
    )


def _training_goes_on(view: RunView, loss: NamedSeries, away: Departure) -> bool:
    """Return whether the training loss ends below its level where the other one was best."""
    training = training_loss(view)
    if training is None:
        return False
    values = training.series.values[np.isfinite(training.series.values)]
    share = away.best_place / (loss.series.values.size - 1)
    return values.size > 0 and end_level(values) < level_at(values, share)
