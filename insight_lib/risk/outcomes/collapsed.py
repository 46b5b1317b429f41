"""A loss or score that had got better, and lost most of that again."""

import numpy as np

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.curves.back_at_start import back_at_start
from insight_lib.dissection.run.curves.lost_learning import LostLearning, lost_learning
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import half_lost, since_when
from insight_lib.series.change.levels import end_level

# The greater part of what was learnt is gone.
_LOST = 0.5
# Of its start: a loss that fell by less has little to lose.
_FELL = 0.2
# AutoTrainer takes a swing of 0.03 of a score for noise; three times that is none.
_POINTS = 0.1
# Of the best level and of the end three points at least, and a way.
_MIN_POINTS = 10
# Of the start, of few epochs: what counts as learnt, and within a tenth of which all is lost.
_FELL_TO, _ROSE_TO = 0.5, 0.9
# TheDeepChecker judges over five checks; an epoch's mean is no lucky batch.
_MIN_EPOCHS = 5


def collapsed(run: RunView) -> Failure | None:
    """Return the loss or score that lost most of its gain; the surest of several."""
    found = lost_learning(run, lost=_LOST, fell=_FELL, points=_POINTS, min_points=_MIN_POINTS)
    failures = [_failure(one) for one in found]
    return max(failures, key=lambda one: one.sure, default=None) or _of_few_epochs(run)


def _failure(what: LostLearning) -> Failure:
    one, away = what.named, what.away
    steps, values = one.series.steps, one.series.values
    end = end_level(values)
    later = values[away.onset_place :]
    halfway = (away.best_level + end) / 2
    beyond = later <= halfway if what.is_score else later >= halfway
    return Failure(
        Kind.COLLAPSED,
        half_lost(steps, values, away.best_place, (away.best_level, end)),
        share_confidence(int(beyond.sum()), later.size),
        f"{one.name} was at {number(away.best_level)} and ends at {number(end)}",
    )


def _of_few_epochs(run: RunView) -> Failure | None:
    back = back_at_start(
        run, fell_to=_FELL_TO, rose_to=_ROSE_TO, min_points=_MIN_POINTS, min_epochs=_MIN_EPOCHS
    )
    if back is None:
        return None
    steps, values = back.loss.series.steps, back.loss.series.values
    best = float(values[back.best])
    lost = values >= (best + back.start) / 2
    after = np.arange(values.size) > back.best
    why = f"{back.loss.name} fell from {number(back.start)} to {number(best)} and is back"
    sure = share_confidence(values.size, values.size)
    return Failure(Kind.COLLAPSED, since_when(steps, lost & after), sure, why)
