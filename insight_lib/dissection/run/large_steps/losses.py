"""Losses of steps that are too large: blown up from the first point on, or swinging."""

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.run.curves.losses import (
    is_per_epoch,
    start_of_training,
    training_loss,
)
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend

_LOWER = (
    "Lower the learning rate by a factor of ten, warm it up, use larger batches, or clip the "
    "gradient norm; scale inputs and targets first if they are not."
)


def find_blow_up(view: RunView, *, never_back: float, min_points: int) -> Finding | None:
    """Return a finding on the training loss, if it left its first point for good.

    Args:
        view: the run.
        never_back: how many times the first point all others must reach.
        min_points: of so many points at least.
    """
    loss = training_loss(view)
    if loss is None or loss.series.values.size < min_points:
        return None
    first, later = float(loss.series.values[0]), loss.series.values[1:]
    if not first > 0 or not later.min() >= never_back * first:
        return None
    steps = loss.series.steps
    return Finding(
        severity="warning",
        title=(
            f"The training loss {loss.name} was {number(first)} at step {int(steps[0])} and has "
            f"not come below {number(float(later.min()))} since"
        ),
        first_step=int(steps[1]),
        last_step=int(steps[-1]),
        evidence={
            "first_loss": first,
            "lowest_later_loss": float(later.min()),
            **series(loss.name, steps, loss.series.values),
        },
        advice=_LOWER,
        confidence=share_confidence(later.size, later.size),
    )


def find_swings(view: RunView, *, turns: float, swing: float, min_points: int) -> Finding | None:
    """Return a finding on the training loss of epochs, if it swings instead of falling.

    Args:
        view: the run.
        turns: at what share of the points of the second half the loss must turn, 0..1.
        swing: by what share of its start it must move from one to the next.
        min_points: of so many points at least.
    """
    loss = training_loss(view)
    if loss is None or not is_per_epoch(loss):
        return None
    values = loss.series.values[np.isfinite(loss.series.values)]
    if values.size < min_points or values.size < loss.series.values.size:
        return None
    late = values[values.size // 2 :]
    moves = np.diff(late)
    turned = float((np.sign(moves[1:]) * np.sign(moves[:-1]) < 0).mean())
    moved = median(np.abs(moves))
    if turned <= turns or not 0 < swing * start_of_training(view, loss) <= moved:
        return None
    whole = trend(loss.series.steps, values)
    if whole.p_value < SIGNIFICANT and -whole.change >= moved:
        return None
    return _swinging(loss, turned, moved, moves.size - 1)


def _swinging(loss: NamedSeries, turns: float, swing: float, judged: int) -> Finding:
    return Finding(
        severity="warning",
        title=(
            f"The training loss {loss.name} turns at {percent(turns)} of the points of the second "
            f"half, moves by {number(swing)} from one to the next, and does not settle"
        ),
        first_step=int(loss.series.steps[loss.series.steps.size // 2]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "share_of_turns": turns,
            "typical_swing": swing,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=_LOWER,
        confidence=share_confidence(round(turns * judged), judged),
    )
