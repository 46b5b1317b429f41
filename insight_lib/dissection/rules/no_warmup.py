"""The learning rate began at its maximum, and the loss rose before it fell.

**Looks for** a logged learning rate whose first value is at least {first:%} of its highest, in a
run whose training loss rises at its start: within the first {start:%} of its points ({least} at
least) the median of three neighbours lies {rise:%} above the first value, and {noise_width} times
the noise of later points above it. A rate that begins at its maximum is right for many runs, and
none is reported without such a rise.

**Why it matters** The first steps are taken with statistics of an optimizer that knows nothing yet,
on weights that are far from anything: steps of full size throw them further. The run may come down
again, which is a note where it ends {fall:%} below its first value (and not
worth one under a rate that never changes); otherwise it is a warning.

**What to do** Raise the learning rate from nearly 0 to its maximum over the first steps: some
hundred to some thousand, about 2 / (1 - beta_2) of Adam. Clip the norm of the gradient meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import window_medians
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import training_losses
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, noise
from insight_lib.series.role import Role

_NEIGHBOURS = 3


@dataclass(frozen=True)
class Thresholds:
    """When a rate begins at its maximum, and when a loss rises at its start."""

    first: float = threshold(
        0.95, source="A schedule that only falls may be logged some steps after its start."
    )
    start: float = threshold(
        0.1, source="Schedules warm up over 1 to 10 % of the steps (Popel and Bojar 2018)."
    )
    least: int = threshold(5, least=4, source="Three neighbours must follow the first point.")
    rise: float = threshold(0.25, source="As in loss_spike.")
    noise_width: float = threshold(
        6.0, source="The median of three of the first points of a noisy loss is no rise."
    )
    fall: float = threshold(
        0.5, source="As in exploding_gradient: who ends below half has learnt something after all."
    )


@dataclass(frozen=True)
class _Rise:
    """The highest early median of a loss, with its place, and the first value.

    ``above`` of the ``judged`` early points lie as far above the first as a rise must.
    """

    place: int
    first: float
    level: float
    above: int
    judged: int


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the training loss with the most points."""
    rate = _highest_at_first(view, limits)
    loss = max(training_losses(view), key=lambda one: one.series.steps.size, default=None)
    if rate is None or loss is None:
        return
    rise = _early_rise(loss.series.values, limits)
    if rise is None or rate.series.steps[0] > loss.series.steps[rise.place]:
        return
    has_fallen = _has_fallen(loss, rise, limits)
    # Who set one rate for good and came down again planned no schedule.
    if not (has_fallen and np.ptp(rate.series.values) == 0):
        yield _finding(rate, loss, rise, has_fallen=has_fallen)


def _has_fallen(loss: NamedSeries, rise: _Rise, limits: Thresholds) -> bool:
    end = end_level(loss.series.values)
    return rise.first > 0 and end <= (1 - limits.fall) * rise.first


def _highest_at_first(view: RunView, limits: Thresholds) -> NamedSeries | None:
    """Return a learning rate; None where one begins below its maximum, or there is none."""
    found = view.with_role(Role.LEARNING_RATE)
    rates = [one for one in found if one.series.values.size > 1]
    at_most = [
        one
        for one in rates
        if one.series.values[0] > 0
        and one.series.values[0] >= limits.first * np.fmax.reduce(one.series.values)
    ]
    return at_most[0] if at_most and len(at_most) == len(rates) else None


def _early_rise(values: Floats, limits: Thresholds) -> _Rise | None:
    """Return how far a loss rises at its start; None where it does not, or is not finite there."""
    points = max(limits.least, int(values.size * limits.start))
    early, later = values[:points], values[points:]
    if early.size < points or not np.isfinite(early).all():
        return None
    medians = window_medians(early[1:], _NEIGHBOURS)
    place, first = int(np.argmax(medians)) + 1, float(early[0])
    level = float(medians[place - 1])
    if level - first <= limits.rise * abs(first):
        return None
    least = max(limits.rise * abs(first), limits.noise_width * noise(later))
    if level - first <= least:
        return None
    above = int((early[1:] - first > least).sum())
    return _Rise(place, first, level, above, early.size - 1)


def _finding(rate: NamedSeries, loss: NamedSeries, rise: _Rise, *, has_fallen: bool) -> Finding:
    step = int(loss.series.steps[rise.place])
    highest = float(rate.series.values[0])
    end = end_level(loss.series.values)
    return Finding(
        severity="info" if has_fallen else "warning",
        title=(
            f"The learning rate {rate.name} began at its maximum, {number(highest)}, and the "
            f"training loss {loss.name} rose from {number(rise.first)} to {number(rise.level)} "
            f"near step {step}; it ends at {number(end)}"
        ),
        first_step=int(loss.series.steps[0]),
        last_step=int(loss.series.steps[rise.place + _NEIGHBOURS - 1]),
        evidence={
            "learning_rate_at_start": highest,
            "loss_at_start": rise.first,
            "loss_after_rise": rise.level,
            "loss_at_end": end,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=(
            f"Warm the learning rate up from nearly 0 to {number(highest)} over the first steps, "
            "or lower it; clip the norm of the gradient meanwhile."
        ),
        confidence=share_confidence(rise.above, rise.judged),
    )


RULE = Rule(
    name="no_warmup",
    title="No warm-up",
    needs=("a learning rate", "a training loss that should fall"),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The learning rate train/learning_rate began at its maximum, 0.001, and the training loss "
        "train/loss rose from 10 to 18 near step 1; it ends at 9.5"
    ),
    check=check,
)
