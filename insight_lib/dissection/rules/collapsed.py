"""The model lost what it had learnt.

**Looks for** a training loss whose level (median of a tenth of the run) fell to {fell_to:%} of its
start or below and which ends, for the last fifth of the run, at {rose_to:%} of its start or above.
Losses of epochs need {min_epochs} points, and of few epochs each is a level and the last two count;
losses of single steps need {min_points} points. Reinforcement learning and adversarial training,
whose losses follow a moving target, are not judged.

**Why it matters** The weights at the end know no more than those at the start, and the time since
the best step is lost. A spike that the run recovers from is no collapse.

**What to do** Go back to a checkpoint of the best step, lower the learning rate from there on (or
let it decay), clip the gradient norm, and look at the batches just before the rise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.back_at_start import back_at_start
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How far a loss must have fallen and come back; shares of its start."""

    fell_to: float = threshold(0.5, source="What counts as learnt everywhere in this catalogue.")
    rose_to: float = threshold(
        0.9, source="Within a tenth of where it began, nearly all is lost again."
    )
    min_points: int = threshold(10, least=3, source="Of each of ten stretches at least one point.")
    min_epochs: int = threshold(
        5,
        least=3,
        source="TheDeepChecker too judges over five checks. An epoch's mean is no lucky batch.",
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    back = back_at_start(
        view,
        fell_to=limits.fell_to,
        rose_to=limits.rose_to,
        min_points=limits.min_points,
        min_epochs=limits.min_epochs,
    )
    if back is not None:
        yield _finding(back.loss, back.start, back.best, limits)


def _finding(loss: NamedSeries, start: float, best: int, limits: Thresholds) -> Finding:
    values, steps = loss.series.values, loss.series.steps
    back = best + int(np.argmax(values[best:] >= limits.rose_to * start))
    lost = values[back:] >= limits.rose_to * start
    return Finding(
        severity="error",
        title=(
            f"The training loss {loss.name} fell from {number(start)} to {number(values[best])} at "
            f"step {int(steps[best])}, was back at step {int(steps[back])} and ends at "
            f"{number(values[-1])}"
        ),
        first_step=int(steps[back]),
        last_step=int(steps[-1]),
        evidence={
            "loss_at_start": start,
            "lowest_loss": float(values[best]),
            "best_step": int(steps[best]),
            "back_at_step": int(steps[back]),
            "loss_at_end": float(values[-1]),
            **series(loss.name, steps, values),
        },
        advice=(
            f"Go back to a checkpoint of about step {int(steps[best])}; lower the learning rate "
            "from there on or clip the gradient norm, and look at the batches before the rise."
        ),
        confidence=share_confidence(int(lost.sum()), lost.size),
    )


RULE = Rule(
    name="collapsed",
    title="Collapsed after having learnt",
    needs=("a training loss that should fall",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/epoch_loss fell from 2.3 to 0.8 at step 4, was back at step 6 "
        "and ends at 2.3"
    ),
    check=check,
)
