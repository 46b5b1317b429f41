"""The model lost a good part of what it had learnt, and did not get it back.

**Looks for** a training loss, an accuracy or another score ({min_points} points at least) that
steps away from its best level beyond noise, stays away to the end, and gives up {lost:%} or more of
what it had gained since its start: of a loss that had fallen by {fell:%} of its start or more, and
of a score {points} or more of its range. A validation loss is judged so where the training loss
does not go on falling: otherwise it is overfitting. Not judged are losses and scores on whose data
another score is as good as it ever was, and reinforcement learning and adversarial training.

**Why it matters** The weights at the end know less than those of the best step, and the time since
is lost. It is a warning: of a loss that is back at its start, the collapse is reported as well. A
spike that the run recovers from does not count.

**What to do** Go back to a checkpoint of the best step, lower the learning rate from there on or
clip the gradient norm, and look at what changed at the named step: a learning rate that jumped, a
batch that differs, another phase of the training.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
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
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import Departure, departure
from insight_lib.series.role import Phase


@dataclass(frozen=True)
class Thresholds:
    """How much must have been gained, and lost again."""

    lost: float = threshold(0.5, source="The greater part of what was learnt is gone.")
    fell: float = threshold(
        0.2, source="A loss that fell by less has little to lose; it is judged by its fall alone."
    )
    points: float = threshold(
        0.1, source="AutoTrainer takes a swing of 0.03 for noise; three times that is none."
    )
    min_points: int = threshold(
        10, least=5, source="Of the best level and of the end three points at least, and a way."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss or score that most surely lost something."""
    if follows_moving_target(view):
        return
    losses = [loss for loss in (training_loss(view), validation_loss(view)) if loss is not None]
    found = [
        *(_of_loss(view, loss, limits) for loss in losses),
        *(_of_score(view, score, limits) for score in scores(view)),
    ]
    lost = [one for one in found if one is not None]
    if lost:
        yield max(lost, key=lambda one: one.confidence)


def _of_loss(view: RunView, loss: NamedSeries, limits: Thresholds) -> Finding | None:
    values, is_held_out = loss.series.values, loss.about.phase in HELD_OUT
    away = _departure(values, limits, higher_is_better=False)
    if away is None or _has_good_score(view, loss, limits):
        return None
    if is_held_out and _training_goes_on(view, loss, away):
        return None
    start = start_level(values) if is_held_out else start_of_training(view, loss)
    gained, lost = start - away.best_level, away.end_level - away.best_level
    if gained < limits.fell * abs(start) or lost < limits.lost * gained:
        return None
    return _finding(f"The loss {loss.name}", loss, away, lost)


def _of_score(view: RunView, score: NamedSeries, limits: Thresholds) -> Finding | None:
    values = score.series.values
    away = _departure(values, limits, higher_is_better=True)
    if away is None or _has_good_score(view, score, limits):
        return None
    gained, lost = away.best_level - start_level(values), away.best_level - away.end_level
    # Most scores are at most 1; of those that are not, such as BLEU, a share counts.
    least = limits.points * max(1.0, abs(away.best_level))
    if lost < max(least, limits.lost * gained):
        return None
    return _finding(f"The score {score.name}", score, away, -lost)


def _departure(values: Floats, limits: Thresholds, *, higher_is_better: bool) -> Departure | None:
    if not np.isfinite(values).all() or values.size < limits.min_points:
        return None
    return departure(values, higher_is_better=higher_is_better)


def _has_good_score(view: RunView, one: NamedSeries, limits: Thresholds) -> bool:
    """Return whether a score on the same data ends as high as its best fifth, or nearly."""
    phases = HELD_OUT if one.about.phase in HELD_OUT else {Phase.TRAIN}
    known = [score.series.values for score in scores(view, phases)]
    return any(
        end_level(values) > float(np.quantile(values, _BEST)) - limits.points / 2
        for values in known
        if np.isfinite(values).all() and values.size >= limits.min_points
    )


def _training_goes_on(view: RunView, loss: NamedSeries, away: Departure) -> bool:
    """Return whether the training loss ends below its level where the other one was best."""
    training = training_loss(view)
    if training is None:
        return False
    values = training.series.values[np.isfinite(training.series.values)]
    share = away.best_place / (loss.series.values.size - 1)
    return values.size > 0 and end_level(values) < level_at(values, share)


def _finding(subject: str, one: NamedSeries, away: Departure, lost: float) -> Finding:
    steps, values = one.series.steps, one.series.values
    onset, best = int(steps[away.onset_place]), int(steps[away.best_place])
    halfway = away.best_level + lost / 2
    later = values[away.onset_place :]
    beyond = int((later >= halfway).sum() if lost > 0 else (later <= halfway).sum())
    return Finding(
        severity="warning",
        title=(
            f"{subject} was at {number(away.best_level)} around step {best}, has been worse since "
            f"step {onset}, at {number(away.end_level)}"
        ),
        first_step=onset,
        last_step=int(steps[-1]),
        evidence={
            "best_step": best,
            "best_level": away.best_level,
            "level_at_start": start_level(values),
            "level_since": away.end_level,
            "p_value": away.p_value,
            **series(one.name, steps, values),
        },
        advice=(
            f"Go back to a checkpoint of about step {best}; lower the learning rate from there on "
            f"or clip the gradient norm, and look at what changed at step {onset}."
        ),
        confidence=share_confidence(beyond, later.size),
    )


# The quantile that is the median of the best two fifths, which a few lucky points do not move.
_BEST = 0.8

RULE = Rule(
    name="learning_lost",
    title="Lost what it had learnt",
    needs=("a training loss that should fall, or an accuracy or another score",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss train/epoch_loss was at 0.8 around step 5, has been worse since step 9, at 1.6"
    ),
    check=check,
)
