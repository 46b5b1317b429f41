"""The run ended while its training loss was still falling as fast as at its start.

**Looks for** a training loss of at least {min_points} points, of a run that did not learn, that
falls nearly as fast at its end as at its start: the last third of the run brought at least
{steady:%} of what the first brought, and more than {noise_width} times its noise. A validation
loss, where there is one, falls too.

**Why it matters** Nothing keeps the model from learning but the end of the run. Where it is known
what guessing costs, the line through the second half of the loss says how many more epochs it takes
to be a quarter below that: a warning. Where it is not, a loss of {min_points_note}
points and more may be good enough as it is: a note.

**What to do** Train as many more epochs, or raise the learning rate by three to ten, which asks for
so many fewer; of small updates (see learning_rate_too_low) the rate is the first to change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.steady_fall import (
    MIN_POINTS,
    NOISE_WIDTH,
    STEADY,
    SteadyFall,
    steady_fall,
)
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import RunView


@dataclass(frozen=True)
class Thresholds:
    """How steady a fall."""

    min_points: int = threshold(
        MIN_POINTS, least=4, source="TheDeepChecker too judges over five checks."
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
    noise_width: float = threshold(
        NOISE_WIDTH, source="A fall must be seen in spite of the noise of a point."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    if has_learnt(view):
        return
    fall = steady_fall(view, limits.steady, limits.noise_width, limits.min_points)
    if fall is None:
        return
    if fall.more_steps is not None or fall.values.size >= limits.min_points_note:
        yield _finding(fall)


def _finding(fall: SteadyFall) -> Finding:
    steps, values = fall.steps, fall.values
    falling = int((np.diff(values) < 0).sum())
    leads = ""
    if fall.wanted is not None and fall.target is not None:
        leads = (
            f": on that line it takes about {fall.wanted} to be a quarter below guessing "
            f"({number(fall.target)})"
        )
    return Finding(
        severity="info" if fall.more_steps is None else "warning",
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
        "start (0.774): on that line it takes about 250 more epochs to be a quarter below guessing "
        "(0.52)"
    ),
    check=check,
)
