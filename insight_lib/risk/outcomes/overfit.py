"""A validation that lost most of what it had gained, or never gained what training did."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import number, percent, share_confidence
from insight_lib.dissection.run.curves.held_out_scores import held_out_scores
from insight_lib.dissection.run.curves.kept_gain import kept_gain
from insight_lib.dissection.run.curves.loss_curves import (
    Curves,
    curves_of_parts,
    ends_beyond_noise,
    fell_since_best,
    loss_curves,
)
from insight_lib.dissection.run.curves.losses import (
    accuracies_of,
    start_of_training,
    training_loss,
    validation_accuracies,
    validation_loss,
)
from insight_lib.dissection.run.curves.unlike_validation import accuracy_of_guessing
from insight_lib.dissection.run.learning import FALL_BELOW_GUESSING
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import half_lost, quarter_of
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import departure
from insight_lib.series.role import Phase
from insight_lib.series.series import Series

# The greater part of what had been gained is gone: less is late overtraining, whose best
# checkpoint is near.
_LOST = 0.5
# Of training's gain: a quarter is as much as counts as learnt below guessing everywhere.
_KEPT = 0.25
# AutoTrainer takes a swing of 0.03 of a score for noise: such a model only grew surer.
_KEPT_SCORE = 0.03
# Three times that is a rise.
_RISEN = 0.1
# A score on new data that is no overfitting, however the loss rose on the rest.
_GOOD = 0.9
# Standard errors: of 3,000 flat series of noise 1.5 % would pass; runs made to overfit reach 13.
_NOISE_WIDTH = 8.0
# TheDeepChecker judges over five checks; of a gain that was never there three levels will do.
_MIN_POINTS, _FEW_POINTS = 5, 3
# Weights of the best step may have been kept.
_SURE_OF_LOST = 0.8


def overfit(run: RunView) -> Failure | None:
    """Return the validation that lost, or never had, most of what training gained."""
    return _lost_gain(run) or _kept_little(run)


def _kept_little(run: RunView) -> Failure | None:
    kept, judged = kept_gain(run), _validation(run)
    if kept is None or judged is None or kept > _KEPT or judged.steps.size < _FEW_POINTS:
        return None
    if _gained(run):
        return None
    points = judged.steps.size
    why = f"validation has {percent(max(kept, 0.0))} of what training gained over guessing"
    sure = share_confidence(points, points)
    return Failure(Kind.OVERFIT, quarter_of(judged.steps), sure, why)


def _gained(run: RunView) -> bool:
    """Return whether validation by itself speaks for the run, whatever share of a loss it keeps.

    A model that is right keeps little of the loss where it is sure of the rest, and a validation
    loss in another unit than that of training keeps nothing.
    """
    known = [score.values for score in held_out_scores(run)]
    if any(end_level(values) >= _GOOD for values in known):
        return True
    # Where accuracies cannot be compared, what was kept is of losses, though scores say more.
    is_of_losses = accuracy_of_guessing(run) is None or not accuracies_of(run, {Phase.TRAIN})
    if is_of_losses and any(_rise(values) >= _RISEN for values in known):
        return True
    loss = validation_loss(run)
    if validation_accuracies(run) or loss is None:
        return False
    start, end = start_level(loss.series.values), end_level(loss.series.values)
    return end <= (1 - FALL_BELOW_GUESSING) * start


def _rise(score: Floats) -> float:
    return end_level(score) - start_level(score)


def _validation(run: RunView) -> Series | None:
    """Return an accuracy of validation, or its loss."""
    loss = validation_loss(run)
    known = [*validation_accuracies(run), *([] if loss is None else [loss.series])]
    return next(iter(known), None)


def _lost_gain(run: RunView) -> Failure | None:
    if any(_is_kept(score.values) for score in held_out_scores(run)):
        return None
    whole = loss_curves(run, _MIN_POINTS)
    judged = curves_of_parts(run, _MIN_POINTS) if whole is None else [whole]
    found = [failure for one in judged if (failure := _of_curves(run, one)) is not None]
    # Parts fall and rise against each other: the run overfits where most of them do.
    return min(found, key=lambda one: one.sure) if 2 * len(found) > len(judged) else None


def _is_kept(score: Floats) -> bool:
    return bool(end_level(score) >= np.nanmax(score) - _KEPT_SCORE)


def _of_curves(run: RunView, curves: Curves) -> Failure | None:
    steps, values = curves.validation.steps, curves.validation.values
    start, end = _start(run, curves), curves.ends[1]
    # No level is lower than the least point, so that none has lost more of its gain.
    if not fell_since_best(curves) or end - curves.lowest < _LOST * (start - curves.lowest):
        return None
    away = departure(values, higher_is_better=False)
    if away is None and not ends_beyond_noise(curves, _NOISE_WIDTH):
        return None
    best = curves.lowest if away is None else away.best_level
    if end - best < _LOST * (start - best) or start < best:
        return None
    place = curves.best if away is None else away.best_place
    since = half_lost(steps, values, place, (best, end))
    why = f"{curves.names[1]} was at {number(best)} and ends at {number(end)}"
    sure = _SURE_OF_LOST * share_confidence(values.size, values.size)
    return Failure(Kind.OVERFIT, since, sure, f"{why} while {curves.names[0]} fell")


def _start(run: RunView, curves: Curves) -> float:
    """Return the loss before anything was learnt: a first validation comes after an epoch."""
    first, loss = start_level(curves.validation.values), training_loss(run)
    started = np.nan if loss is None else start_of_training(run, loss)
    return max(first, started) if np.isfinite(started) else first
