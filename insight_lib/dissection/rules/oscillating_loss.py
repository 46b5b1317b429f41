"""A loss that leaps up and down and comes no nearer to its end.

**Looks for** a loss ({min_points} points at least) that turns at more than {turns:%} of its points,
leaps from one to the next by {swing} times its mean (in the median; {swing_held_out} times of a
validation loss, whose data are the same each time), and has no trend down beyond noise, in a run
that did not learn otherwise. Losses of reinforcement learning and adversarial training are not
judged.

**Why it matters** What one step gains the next one throws away. Chance alone leaps less: squared
errors of single examples, spread as those of a normal distribution are, by 0.7 times their mean.

**What to do** Lower the learning rate by ten, use larger batches or clip the gradient norm; scale
the targets; look whether two kinds of batches take turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import HELD_OUT, training_losses, validation_losses
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend


@dataclass(frozen=True)
class Thresholds:
    """How large leaps are, of the mean loss, and how often they turn."""

    swing: float = threshold(
        1.0,
        source=(
            "Of 200 squared errors of single examples it is 0.6 to 0.9; the loss of a batch of "
            "several leaps less."
        ),
    )
    swing_held_out: float = threshold(
        0.5, source="Of healthy public runs a validation loss that fell leaps by 0.4 at most."
    )
    turns: float = threshold(
        0.5, source="TheDeepChecker: the loss turns at more than half of its points."
    )
    min_points: int = threshold(
        8, least=4, source="Six points can turn, so that four of them are more than half."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss that leaps most."""
    if has_learnt(view):
        return
    losses = [*training_losses(view), *validation_losses(view)]
    found = [loss for loss in losses if _oscillates(loss, limits)]
    if found:
        yield _finding(view, max(found, key=_swing))


def _oscillates(loss: NamedSeries, limits: Thresholds) -> bool:
    values = loss.series.values
    if values.size < limits.min_points or not np.isfinite(values).all() or values.min() < 0:
        return False
    least = limits.swing_held_out if loss.about.phase in HELD_OUT else limits.swing
    if _swing(loss) < least or _turns(loss).mean() <= limits.turns:
        return False
    found = trend(loss.series.steps, values)
    return not (found.change < 0 and found.p_value < SIGNIFICANT)


def _swing(loss: NamedSeries) -> float:
    """Return the median of the leaps between neighbours, in means of the loss."""
    leap, mean = median(np.abs(np.diff(loss.series.values))), loss.series.values.mean()
    return float(leap / mean) if mean > 0 else 0.0


def _turns(loss: NamedSeries) -> Booleans:
    signs = np.sign(np.diff(loss.series.values))
    turns: Booleans = signs[1:] * signs[:-1] < 0
    return turns


def _finding(view: RunView, loss: NamedSeries) -> Finding:
    steps, values, turns = loss.series.steps, loss.series.values, _turns(loss)
    lows, highs = np.quantile(values, [0.1, 0.9])
    return Finding(
        severity="warning",
        title=(
            f"The loss {loss.name} leaps between {number(float(lows))} and {number(float(highs))}, "
            f"turns at {percent(float(turns.mean()))} of its {values.size} points and is "
            f"{number(end_level(values))} at the end, {number(start_level(values))} at the start"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "swing": _swing(loss),
            "turns": float(turns.mean()),
            "loss_at_start": start_level(values),
            "loss_at_end": end_level(values),
            **series(loss.name, steps, values),
        },
        remedy=changed_rate(view, 0.1),
        advice=(
            "Lower the learning rate by ten, use larger batches or clip the gradient norm; scale "
            "the targets, and look whether two kinds of batches take turns."
        ),
        confidence=share_confidence(int(turns.sum()), turns.size),
    )


RULE = Rule(
    name="oscillating_loss",
    title="Oscillating loss",
    needs=("a training or validation loss that should fall",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss loss leaps between 0.94 and 105, turns at 100 % of its 9 points and is 1.1 at "
        "the end, 1 at the start"
    ),
    check=check,
)
