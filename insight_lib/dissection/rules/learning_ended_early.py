"""A schedule took the learning rate away while there was still something to learn.

**Looks for** a learning rate ({min_points} points at least) that is below {left} of its highest
value for at least the last {run_share:%} of the run, whose training loss, in as long a time before
that point, still fell by {fall:%} of its start or more; or for at least the last {most_of_run:%} of
a run that did not learn.

**Why it matters** From then on the steps are too small to matter: the time is spent and the loss
stays where it was. It is a warning where the run did not learn, and otherwise a note.

**What to do** Make the schedule as long as the run, give it a floor (``alpha`` of ``CosineDecay``,
``min_lr`` of ``ReduceLROnPlateau``), or let it wait longer before it lowers the rate.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import start_level
from insight_lib.series.role import Role
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """When a learning rate is gone, and a loss still falls."""

    left: float = threshold(
        1e-3,
        source=(
            "A usual update is 1e-3 of the weights (DL4J); a thousandth of that no longer shows."
        ),
    )
    run_share: float = threshold(
        0.2, source="A schedule that ends near zero with the run is intended."
    )
    most_of_run: float = threshold(
        0.5, source="So long a time without steps is enough to explain that nothing was learnt."
    )
    fall: float = threshold(0.02, source="As in loss_not_decreasing.")
    min_points: int = threshold(5, source="Of a fifth of the run one point at least.")


# Of its highest value: what is above may have been constant, and dropped at once.
_FALLING = 0.1


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's learning rate."""
    rate, loss = _learning_rate(view), training_loss(view)
    if rate is None or loss is None or rate.steps.size < limits.min_points:
        return
    gone = _gone_from(rate, limits)
    if gone is None:
        return
    learnt = has_learnt(view)
    fall = _fall_before(loss, int(rate.steps[gone]), int(rate.steps[-1]))
    if fall is not None and fall >= limits.fall:
        what = (
            f"while the loss was still falling, by {percent(fall)} of its start in the same time "
            "before"
        )
        yield _finding(rate, gone, fall, what, learnt=learnt)
    elif not learnt and _share_left(rate, gone, limits.left) >= limits.most_of_run:
        what = "before anything shows that the run learnt"
        yield _finding(rate, gone, fall, what, learnt=learnt)


def _learning_rate(view: RunView) -> Series | None:
    found = [one.series for one in view.with_role(Role.LEARNING_RATE)]
    return next((one for one in found if np.isfinite(one.values).all()), None)


def _gone_from(rate: Series, limits: Thresholds) -> int | None:
    """Return the place from which the rate is nearly 0 for a good part of the run."""
    low = rate.values < limits.left * rate.values.max()
    if not low[-1] or low.all():
        return None
    place = int(np.flatnonzero(~low)[-1]) + 1
    return place if _share_left(rate, place, limits.left) >= limits.run_share else None


def _share_left(rate: Series, place: int, left: float) -> float:
    """Return the share of the run's steps that come after the rate fell below what is left.

    Points may be far apart: a rate that was falling already is taken to have fallen by the same
    factor at each step from the last point above to that place.
    """
    highest, (before, after) = rate.values.max(), rate.values[place - 1 : place + 1]
    was_falling = before <= _FALLING * highest and after > 0
    way = np.log(before / (left * highest)) / np.log(before / after) if was_falling else 1.0
    step = rate.steps[place - 1] + way * (rate.steps[place] - rate.steps[place - 1])
    return float((rate.steps[-1] - step) / (rate.steps[-1] - rate.steps[0]))


def _fall_before(loss: NamedSeries, gone: int, end: int) -> float | None:
    """Return the loss decrease over the same time before, as a share of its start."""
    steps, values = loss.series.steps, loss.series.values
    window = values[(steps <= gone) & (steps >= gone - (end - gone)) & np.isfinite(values)]
    start = start_level(values)
    if window.size < 2 or not start > 0:
        return None
    half = window.size // 2
    return (median(window[:half]) - median(window[half:])) / start


def _finding(rate: Series, gone: int, fall: float | None, what: str, *, learnt: bool) -> Finding:
    step, highest = int(rate.steps[gone]), float(rate.values.max())
    late = rate.values.size - gone
    return Finding(
        severity="info" if learnt else "warning",
        title=(
            f"The learning rate has been close to 0 since step {step} "
            f"({number(float(rate.values[-1]))} "
            f"at the end, {number(highest)} at its highest), {what}"
        ),
        first_step=step,
        last_step=int(rate.steps[-1]),
        evidence={
            "highest_learning_rate": highest,
            "ended_at_step": step,
            "fall_before": fall,
            **series("learning_rate", rate.steps, rate.values),
        },
        advice=(
            f"Make the schedule as long as the run, to step {int(rate.steps[-1])}, or give it a "
            "floor (alpha of CosineDecay, min_lr of ReduceLROnPlateau)."
        ),
        confidence=share_confidence(late, late),
    )


RULE = Rule(
    name="learning_ended_early",
    title="Learning ended early",
    needs=("a learning rate", "a training loss that should fall"),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The learning rate has been close to 0 since step 5 (1e-09 at the end, 0.1 at its "
        "highest), "
        "while the loss was still falling, by 10 % of its start in the same time before"
    ),
    check=check,
)
