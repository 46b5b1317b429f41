"""A loss grew far beyond where any loss of the run began.

**Looks for** a loss ({min_points} points at least) that ends, as the median of its last fifth and
with its last two points too,

* at {rise} times its own start and the largest start of all losses on the same data, where it
  should fall: a part of a loss, while the whole did not fall; a validation loss, while the training
  loss did not fall, as it overfits otherwise. The rise of the training loss as a whole is
  ``loss_not_decreasing``; or
* at {far} times its start in size, where it follows a moving target (adversarial training, the
  losses of reinforcement learning): {far} where that began below 1, as the scores in it do, and the
  square of the largest return where returns are logged, as such losses grow with them. Of value and
  policy losses next to returns other rules judge.

**Why it matters** Weights that grow so are soon not finite, and one part that runs away drowns the
gradients of all others in the sum.

**What to do** Lower the learning rate of what this loss trains, clip its gradient norm, scale its
targets or its weight in the sum; in adversarial training bound the critic (gradient penalty,
spectral norm) and balance the steps of both players.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.loss_shape import level_before_rise
from insight_lib.dissection.run.curves.losses import HELD_OUT, fall_of_training, losses
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Thresholds:
    """By how much a loss must have grown."""

    rise: float = threshold(
        10.0,
        source="An order of magnitude; a doubling may be the weight of a part that was raised.",
    )
    far: float = threshold(
        1000.0, source="A target that moves so far is no target; three orders of magnitude."
    )
    min_points: int = threshold(
        5, least=2, source="TheDeepChecker too judges over five checks; fewer say little."
    )


# Of reinforcement learning: their rules know the returns.
_OF_RETURNS = (Role.VALUE_LOSS, Role.POLICY_LOSS)


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss that grew most."""
    grown = [
        (end_level(_size(loss)) / limit, loss, limit)
        for loss in losses(view)
        if _size(loss).size >= limits.min_points
        if (limit := _limit(view, loss, limits)) is not None
    ]
    times, loss, limit = max(grown, key=lambda one: one[0], default=(0.0, None, 0.0))
    if loss is not None and times >= 1 and (_size(loss)[-2:] >= limit).all():
        yield _finding(view, loss, limit)


def _size(loss: NamedSeries) -> Floats:
    """Return the absolute values (n,) of a loss; none where one of them is not finite."""
    values = loss.series.values
    return np.abs(values) if np.isfinite(values).all() else values[:0]


def _limit(view: RunView, loss: NamedSeries, limits: Thresholds) -> float | None:
    """Return the size from which on a loss has diverged; None of one that is judged elsewhere."""
    if loss.about.moving:
        return _limit_of_moving(view, loss, limits)
    if loss.about.phase not in HELD_OUT and loss.about.role is Role.TOTAL_LOSS:
        return None
    fall = fall_of_training(view)
    if fall is not None and fall > 0:
        return None
    same = HELD_OUT if loss.about.phase in HELD_OUT else {loss.about.phase}
    starts = [_start(one) for one in losses(view) if one.about.phase in same and _size(one).size]
    return limits.rise * max(starts) or None


def _limit_of_moving(view: RunView, loss: NamedSeries, limits: Thresholds) -> float | None:
    returns = [one.series.values for one in view.with_role(Role.RETURN)]
    if returns and loss.about.role in _OF_RETURNS:
        return None
    largest = [float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) for values in returns]
    with np.errstate(over="ignore"):  # no loss is beyond the square of an enormous return
        square = float(np.square(max(largest, default=0.0)))
    return max(limits.far * max(_start(loss), 1.0), square) or None


def _start(loss: NamedSeries) -> float:
    size = _size(loss)
    return max(float(size[0]), level_before_rise(size))


def _finding(view: RunView, loss: NamedSeries, limit: float) -> Finding:
    steps, values, size = loss.series.steps, loss.series.values, _size(loss)
    below = np.flatnonzero(size < limit)
    since = int(below[-1]) + 1 if below.size else 0
    return Finding(
        severity="error",
        title=(
            f"The loss {loss.name} grew from {number(float(values[0]))} to "
            f"{number(end_level(values))} and has stayed beyond {number(limit)} in size since step "
            f"{int(steps[since])}"
        ),
        first_step=int(steps[since]),
        last_step=int(steps[-1]),
        evidence={
            "loss_at_start": float(values[0]),
            "loss_at_end": end_level(values),
            "limit": limit,
            **series(loss.name, steps, values),
        },
        remedy=changed_rate(view, 0.1),
        advice=(
            "Lower the learning rate of what this loss trains, clip its gradient norm, scale its "
            "targets or its weight in the sum; bound the critic in adversarial training."
        ),
        # What came before says nothing of how it ended.
        confidence=share_confidence(size.size - since, size.size - since),
    )


RULE = Rule(
    name="loss_diverged",
    title="Loss diverged",
    needs=("a loss other than the training loss as a whole",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=("The loss box_loss grew from 1 to 11 and has stayed beyond 10 in size since step 3"),
    check=check,
)
