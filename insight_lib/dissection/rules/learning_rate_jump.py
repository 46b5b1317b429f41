"""The learning rate jumps to where it never was, in the middle of the run.

**Looks for** a logged learning rate that stood still (within a factor of {steady}) or fell over
{before} points and is {factor} times its highest value so far at the next, after the first
{warm_up:%} of the run. A warm-up that rises point by point, a decay in steps, and a restart or a
cycle that comes back to a rate which the run has already had are no jumps.

**Why it matters** Weights that have settled at one rate are thrown by one that is so much larger.
It is a warning where the training loss is worse right after the jump than before it, by {worse:%}
and by {noise_width} times its noise, or no longer finite, and where a return has since lost what it
had gained, beginning at the jump or later; otherwise a note.

**What to do** Look for what sets the rate at that step: a schedule that counts epochs where steps
are intended, a restart that lost the state of its schedule, a second phase with a separate rate.
Raise a rate over many steps, and go back to a checkpoint from before the jump.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import has_collapsed, level_of_end
from insight_lib.dissection.run.reinforcement.returns import uncontradicted
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import noise
from insight_lib.series.role import Role
from insight_lib.series.series import Series

# Points of the loss on either side of the jump, and how many make a level.
_WINDOW, _FEWEST = 5, 2


@dataclass(frozen=True)
class Thresholds:
    """How large a jump is, after how long a stillness, and how much worse a loss."""

    factor: float = threshold(
        5.0, source="A cycle spans a factor of three or four (Smith 2017), a slip one of ten."
    )
    steady: float = threshold(
        1.1, least=1, source="What rises by more from point to point is still warming up."
    )
    before: int = threshold(
        3, least=1, source="A rise from the first points on is a warm-up, however steep."
    )
    warm_up: float = threshold(
        0.1, source="Warm-ups take up to a tenth of a run, also those that rise in one step."
    )
    worse: float = threshold(0.2, source="A larger rate alone makes a loss a little noisier.")
    noise_width: float = threshold(
        4.0, source="A rise must be seen in spite of the noise of a point."
    )


@dataclass(frozen=True)
class _Jump:
    """``place`` is the first point at the new rate, ``highest`` the most that it was before."""

    rate: NamedSeries
    place: int
    highest: float

    @property
    def step(self) -> int:
        """The step of the first point at the new rate."""
        return int(self.rate.series.steps[self.place])

    @property
    def value(self) -> float:
        """The new rate."""
        return float(self.rate.series.values[self.place])


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the rate that jumped the furthest."""
    rates = view.with_role(Role.LEARNING_RATE)
    jumps = [jump for rate in rates for jump in _jumps(rate, limits)]
    if not jumps:
        return
    jump = max(jumps, key=lambda one: one.value / one.highest)
    yield _finding(jump, training_loss(view), uncontradicted(view), limits)


def _jumps(rate: NamedSeries, limits: Thresholds) -> Iterator[_Jump]:
    steps, values = rate.series.steps, rate.series.values
    if not np.isfinite(values).all() or values.max() < limits.factor * values[0]:
        return
    highest = np.maximum.accumulate(values)
    is_far = (values[1:] >= limits.factor * highest[:-1]) & (limits.factor * highest[:-1] > 0)
    for place in map(int, np.flatnonzero(is_far) + 1):
        if place < limits.before:
            continue
        before = values[place - limits.before : place]
        is_late = steps[place] - steps[0] > limits.warm_up * (steps[-1] - steps[0])
        rises = before[-1] > limits.steady * before.min()
        if is_late and not rises:
            yield _Jump(rate, place, float(highest[place - 1]))


def _fell_after(course: Course, jump: _Jump) -> bool:
    """Return whether a return had risen until the jump, and fell to where it ends after it."""
    onset = course.onset(course.best_level, level_of_end(course), course.best_place)
    return has_collapsed(course) and int(course.steps[onset]) >= jump.step


def _finding(
    jump: _Jump, loss: NamedSeries | None, returns: Iterable[Course], limits: Thresholds
) -> Finding:
    rate, after, worsens = jump.rate, "", False
    levels = None if loss is None else _levels(loss.series, jump)
    fallen = next((one for one in returns if _fell_after(one, jump)), None)
    if fallen is not None:
        ends = f"{number(fallen.best_level)} to {number(level_of_end(fallen))}"
        worsens, after = True, f", and the return {fallen.named.name} fell from {ends} after it"
    elif loss is not None and levels is not None:
        worsens = _worsens(loss.series, levels, jump, limits)
        after = f", and the training loss {loss.name} {_course(levels)}"
    return Finding(
        severity="warning" if worsens else "info",
        title=(
            f"The learning rate {rate.name} jumped at step {jump.step} to {number(jump.value)}, "
            f"{number(jump.value / jump.highest)} times the highest before{after}"
        ),
        first_step=jump.step,
        last_step=int(rate.series.steps[-1]),
        evidence={
            "highest_before": jump.highest,
            "learning_rate": jump.value,
            "loss_before": levels and levels[0],
            "loss_after": levels and levels[1],
            **series(rate.name, rate.series.steps, rate.series.values),
        },
        advice=(
            f"Look for what sets the learning rate at step {jump.step} (a schedule that counts "
            "something else, a restart that lost its schedule), raise it over many steps instead, "
            "and go back to a checkpoint from before."
        ),
    )


def _course(levels: tuple[float, float]) -> str:
    before, after = levels
    if np.isfinite(before) and not np.isfinite(after):
        return "is no longer finite after it"
    return f"went from {number(before)} to {number(after)} there"


def _levels(loss: Series, jump: _Jump) -> tuple[float, float] | None:
    """Return the loss just before and just after a jump; None where one of the two is not known."""
    # What is not finite is worse than any number.
    values = np.where(np.isnan(loss.values), np.inf, loss.values)
    before = values[loss.steps < jump.step][-_WINDOW:]
    after = values[loss.steps > jump.step][:_WINDOW]
    if min(before.size, after.size) < _FEWEST:
        return None
    return median(before), median(after)


def _worsens(loss: Series, levels: tuple[float, float], jump: _Jump, limits: Thresholds) -> bool:
    before, after = levels
    if not np.isfinite(before):
        return False
    wide = limits.noise_width * noise(loss.values[loss.steps < jump.step])
    return after - before > max(limits.worse * abs(before), wide)


RULE = Rule(
    name="learning_rate_jump",
    title="Learning rate jumped",
    needs=("a learning rate",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The learning rate train/learning_rate jumped at step 4 to 0.01, 10 times the highest "
        "before, and the training loss train/loss went from 0.55 to 2 there"
    ),
    check=check,
)
