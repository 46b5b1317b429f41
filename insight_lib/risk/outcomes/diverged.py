"""A loss that ends far above where it began."""

import numpy as np

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.curves.grown_loss import grown_loss
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.curves.risen_loss import find_rise
from insight_lib.dissection.run.curves.signs_of_learning import has_better_part
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.series.change.levels import end_level

# TheDeepChecker: above twice its minimum a loss diverges; here twice the start, to spare spikes.
_RISE = 2.0
# Of its noise: a level must have risen by more than twice that of a point to be believed.
_NOISE_WIDTH = 2.0
# A few points suffice to see a loss double and stay there.
_MIN_POINTS = 4
# Of the start: a loss of which a part fell by so much goes on; the weight of another was raised.
_PART = 0.2
# An order of magnitude of a loss that is not the training's whole: less may be a weight of it.
_RISE_OF_OTHERS = 10.0
# Three of a loss that follows a moving target: a target that moves so far is none.
_FAR = 1000.0


def diverged(run: RunView) -> Failure | None:
    """Return the training loss that ends at twice its start, or another that grew far more."""
    return _of_training(run) or _of_others(run)


def _of_training(run: RunView) -> Failure | None:
    loss = training_loss(run)
    if loss is None or has_better_part(run, loss, _PART, _NOISE_WIDTH):
        return None
    rise = find_rise(run, loss, rise=_RISE, noise_width=_NOISE_WIDTH, min_points=_MIN_POINTS)
    if rise is None:
        return None
    end = end_level(loss.series.values)
    why = f"{loss.name} rose from {number(rise.low)} to {number(end)} and stayed there"
    points = int(np.isfinite(loss.series.values).sum())
    return Failure(Kind.DIVERGED, rise.since, share_confidence(points, points), why)


def _of_others(run: RunView) -> Failure | None:
    grown = grown_loss(run, rise=_RISE_OF_OTHERS, far=_FAR, min_points=_MIN_POINTS)
    if grown is None:
        return None
    points = grown.size.size
    why = f"{grown.loss.name} grew to {number(end_level(grown.loss.series.values))}"
    step = int(grown.loss.series.steps[grown.since])
    return Failure(Kind.DIVERGED, step, share_confidence(points, points), why)
