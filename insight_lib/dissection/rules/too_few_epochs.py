"""The run ended before it could learn.

**Looks for** either

* a training loss of at least {min_points} points, of a run that did not learn, that falls nearly as
  fast at its end as at its start: the last third of the run brought at least {steady:%} of what the
  first brought, and more than {noise_width} times its noise. A validation loss, where there is one,
  falls too; or
* weights that end, in every layer, less than {little:%} of their size away from their start, in a
  run that learnt nothing, or little, whose loss did not rise.

A rate far below the usual one is left to learning_rate_too_low, and plain SGD that had {few_steps}
steps or more, in which another optimizer learns, to unsuited_sgd.

**Why it matters** Nothing keeps the model from learning but the end of the run: a warning. The line
through the second half of the loss says how many more epochs it takes to be a quarter below
guessing. Where it is not known what guessing costs, or the loss ends below {far:%} of that, one of
{min_points_note} points and more may be good enough as it is: a note.

**What to do** Train as many more epochs, or raise the learning rate by three to ten, which asks for
so many fewer; of small updates (see learning_rate_too_low) the rate is the first to change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import (
    end_of_training,
    is_per_epoch,
    start_of_training,
    training_loss,
)
from insight_lib.dissection.run.curves.steady_fall import (
    MIN_POINTS,
    NOISE_WIDTH,
    STEADY,
    SteadyFall,
    steady_fall,
)
from insight_lib.dissection.run.curves.unfinished_fall import FAR, is_far
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.little_movement import (
    LITTLE,
    cost_of_guessing,
    is_low_rate,
    is_plain_sgd,
    little_movement,
)
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.short_way import went_short_way
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import start_level

# How far weights move until a healthy run has learnt, as a share of their size.
_USUAL = 0.5
# What a loss of batches may rise by noise.
_RISE = 1.05


@dataclass(frozen=True)
class Thresholds:
    """How steady a fall."""

    min_points: int = threshold(
        MIN_POINTS, least=4, source="TheDeepChecker too judges over five checks."
    )
    far: float = threshold(
        FAR, source="Short healthy runs of the zoo end at 0.77 of guessing and still fall."
    )
    min_points_note: int = threshold(
        10, least=4, source="A short log of a run that goes on shows nothing but its beginning."
    )
    steady: float = threshold(
        STEADY,
        least=0.01,
        source=(
            "Of an exponential approach to its end, the last third brings a twentieth of the first."
        ),
    )
    little: float = threshold(
        LITTLE, source="Weights of the zoo's healthy runs end 0.22 and more from their start."
    )
    few_steps: int = threshold(
        300, source="Adam at its default moves weights by up to 3e-3 a step: 0.9 in so many."
    )
    noise_width: float = threshold(
        NOISE_WIDTH, source="A fall must be seen in spite of the noise of a point."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    if has_learnt(view) and not went_short_way(view):
        return
    if is_low_rate(recorded_training.optimizer(view)) and little_movement(view) is not None:
        return
    fall = _steady_fall(view, limits)
    found = _of_fall(view, fall, limits) or _of_movement(view, limits)
    if found is not None:
        yield found
    elif fall is not None and _may_do(view, fall, limits):
        yield _finding(fall, "info")


def _steady_fall(view: RunView, limits: Thresholds) -> SteadyFall | None:
    if has_learnt(view):
        return None
    return steady_fall(view, limits.steady, limits.noise_width, limits.min_points)


def _of_fall(view: RunView, fall: SteadyFall | None, limits: Thresholds) -> Finding | None:
    """Return a finding on a steady fall that is known to be far from its end."""
    if fall is None or not is_far(view, fall, limits.far) or _is_slow_sgd(view, limits):
        return None
    return _finding(fall, "warning")


def _may_do(view: RunView, fall: SteadyFall, limits: Thresholds) -> bool:
    """Return whether what a long enough training came to may be good enough as it is."""
    return fall.values.size >= limits.min_points_note and not is_far(view, fall, limits.far)


def _is_slow_sgd(view: RunView, limits: Thresholds) -> bool:
    """Return whether plain SGD had steps enough for another optimizer."""
    optimizer, last = recorded_training.optimizer(view), view.last_step
    return is_plain_sgd(optimizer) and last is not None and last >= limits.few_steps


def _finding(fall: SteadyFall, severity: Severity) -> Finding:
    steps, values = fall.steps, fall.values
    falling = int((np.diff(values) < 0).sum())
    leads = ""
    if fall.wanted is not None and fall.target is not None:
        leads = (
            f": on that line it takes about {fall.wanted} to reach {number(fall.target)}, which is "
            "well below guessing"
        )
    return Finding(
        severity=severity,
        title=(
            f"The training loss {fall.loss.name} still falls at its end ({number(values[-1])}) "
            f"nearly as fast as at its start ({number(values[0])}){leads}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "loss_at_start": float(values[0]),
            "loss_at_end": float(values[-1]),
            "loss_to_reach": fall.target,
            "more_epochs": fall.more_epochs,
            "more_steps": fall.more_steps,
            **series(fall.loss.name, steps, values),
        },
        advice=fall.advice,
        remedy=fall.remedy,
        confidence=share_confidence(falling, values.size - 1),
    )


def _of_movement(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on weights that hardly moved for want of steps, if they did not."""
    movement, loss = little_movement(view, limits.little), training_loss(view)
    guessing = cost_of_guessing(view)
    if movement is None or loss is None or guessing is None:
        return None
    if _is_slow_sgd(view, limits):
        return None
    end = end_of_training(view, loss)
    # The first batch may have been an easy one.
    if end > _RISE * max(start_of_training(view, loss), start_level(loss.series.values)):
        return None
    times = max(2, round(_USUAL / movement.moved))
    epochs = loss.series.values.size if is_per_epoch(loss) else None
    what = "epochs" if epochs is not None else "steps"
    wanted = (epochs or movement.steps) * times
    return Finding(
        severity="warning",
        title=(
            f"In all {movement.steps:,} steps no layer moved by more than "
            f"{number(100 * movement.moved)} % of its weights, and the training loss {loss.name} "
            f"ends at {number(end)}, where guessing gives {number(guessing)}"
        ),
        origin_step=view.first_step,
        evidence={
            "largest_change": movement.moved,
            "typical_update_ratio": movement.typical,
            "loss_at_end": end,
            "more_epochs": None if epochs is None else wanted - epochs,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=(
            f"Train for about {wanted:,} {what}, {times:,} times as long: weights that learn move "
            f"by half of their size; or raise the learning rate by a factor of three to ten."
        ),
        remedy=None if epochs is None else remedy("epochs", wanted, old=epochs),
    )


RULE = Rule(
    name="too_few_epochs",
    title="Too few epochs",
    needs=("a training loss that should fall",),
    severity="warning",
    fault_type=FaultType.EPOCH,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/epoch_loss still falls at its end (0.77) nearly as fast as at its "
        "start (0.774): on that line it takes about 250 more epochs to reach 0.52, which is well "
        "below guessing"
    ),
    check=check,
)
