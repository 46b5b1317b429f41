"""Too few updates for want of batches: an epoch is a step or a few.

**Looks for** epochs of no more than {most_steps} steps of {least_rows} examples and more, at most
{most_updates} updates in all, and a training loss that still falls at the end: from point to point
at {falling:%} of those of the second half, and over the last quarter of the run by {still:%} of its
start or more; or by {steep:%} in a run that learnt but went less than half of the way from guessing
to no error. Not judged are runs whose updates are less than {slow} of the weights: there the
learning rate is too low.

**Why it matters** The gradient of many examples is hardly better than that of a few dozen: beyond
the gradient noise scale (McCandlish et al. 2018) a larger batch makes an epoch cheaper and each of
its examples worth less. All epochs together made as many steps as a usual one: a warning, and a
note where the run learnt all the same.

**What to do** Use batches of {usual_rows} examples. Where the device asks for large ones, train for
more epochs and raise the learning rate with the batch (Smith et al. 2018).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.loss_remedy import typical_update
from insight_lib.dissection.run.curves.loss_shape import late_levels
from insight_lib.dissection.run.curves.losses import start_of_training, training_loss
from insight_lib.dissection.run.data.batches import Batches, batches
from insight_lib.dissection.run.learning import falls_short, has_learnt
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Examples, steps, and shares of a loss and of weights."""

    most_steps: int = threshold(
        4, source="Of the usual 32 examples a batch, an epoch of five steps has 160."
    )
    least_rows: int = threshold(
        128, source="Masters and Luschi 2018: batches of 32 and less are best for most networks."
    )
    most_updates: int = threshold(
        300, source="The zoo's small programs train for 300 steps and more."
    )
    still: float = threshold(
        0.005, source="Of digits in one batch after 20 epochs: 1 to 8 %, of what has ended nothing."
    )
    steep: float = threshold(
        0.05, source="TheDeepChecker: 5 %; noisy data learnt in one batch still gain 1.5 %."
    )
    falling: float = threshold(
        0.6, source="Where nothing is left but noise it falls at half of them."
    )
    slow: float = threshold(1e-4, source="As in unsuited_sgd.")
    usual_rows: int = threshold(32, least=1, source="Keras's default.")


_MIN_POINTS = 5


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's batches."""
    found, loss = batches(view), training_loss(view)
    if found is None or loss is None or not _are_large(found, limits):
        return
    if has_learnt(view) and not falls_short(view):
        return
    update = typical_update(view)
    if update is None or update < limits.slow:
        return
    if _still_falls(view, loss, limits.steep if has_learnt(view) else limits.still, limits.falling):
        severity: Severity = "info" if has_learnt(view) else "warning"
        yield _finding(found, loss, severity, limits)


def _are_large(found: Batches, limits: Thresholds) -> bool:
    if found.rows < limits.least_rows or found.steps_per_epoch > limits.most_steps:
        return False
    return found.steps_per_epoch * found.epochs <= limits.most_updates


def _still_falls(view: RunView, loss: NamedSeries, still: float, falling: float) -> bool:
    values, start = loss.series.values, start_of_training(view, loss)
    if values.size < _MIN_POINTS or not np.isfinite(values).all():
        return False
    middle, end = late_levels(values)
    falls = np.diff(values[values.size // 2 :]) < 0
    return middle - end >= still * start > 0 and bool(falls.mean() >= falling)


def _finding(found: Batches, loss: NamedSeries, severity: Severity, limits: Thresholds) -> Finding:
    updates = found.steps_per_epoch * found.epochs
    steps, values = loss.series.steps, loss.series.values
    each = "one batch" if found.steps_per_epoch == 1 else f"{found.steps_per_epoch} batches"
    return Finding(
        severity=severity,
        title=(
            f"An epoch is {each} of up to {found.rows:,} examples: {found.epochs:,} epochs made no "
            f"more than {updates:,} updates, and the training loss still falls at its end "
            f"({number(float(values[-1]))})"
        ),
        evidence={
            "batch_size": found.rows,
            "steps_per_epoch": found.steps_per_epoch,
            "updates": updates,
            **series(loss.name, steps, values),
        },
        advice=(
            f"Use batches of {limits.usual_rows} examples, which make about "
            f"{max(2, found.rows // limits.usual_rows):,} times as many updates an epoch; "
            "otherwise train for as many more epochs."
        ),
        remedy=remedy("batch_size", limits.usual_rows, old=found.rows),
        confidence=share_confidence(int((np.diff(values) < 0).sum()), values.size - 1),
    )


RULE = Rule(
    name="batch_too_large",
    title="Batch too large",
    needs=("traced labels and updates", "a training loss of each epoch"),
    severity="warning",
    fault_type=FaultType.BATCH_SIZE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "An epoch is one batch of up to 1,000 examples: 20 epochs made no more than 20 updates, "
        "and the training loss still falls at its end (2)"
    ),
    check=check,
    of_layers=True,
)
