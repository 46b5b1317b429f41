"""The loss is below what it can be.

**Looks for** a training or validation loss below zero (by more than the rounding, {rounding}),
where the recorded loss is a cross entropy, a distance or a hinge, none of which can be; without a
recorded loss, where its tag names one.

**Why it matters** The labels are not what the loss takes: under a binary cross entropy, classes
coded as 1 and 2, or as -1 and 1, or values that were never scaled to 0..1. Such a loss falls
without end, and its fall means nothing.

**What to do** Code two classes as 0 and 1, several as 0, 1, ... or one-hot. For a regression use a
squared error and a linear output.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import training_losses, validation_losses
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType

_NEVER_NEGATIVE = (
    recorded_training.BINARY_LOSSES
    | recorded_training.CLASS_LOSSES
    | recorded_training.DISTANCES
    | recorded_training.HINGES
    | {"kl_divergence"}
)


@dataclass(frozen=True)
class Thresholds:
    """When a loss is below zero."""

    rounding: float = threshold(
        1e-5,
        source="Rounding of a loss that is zero; in 32 bits a sum of probabilities is off by 1e-7.",
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss that went the furthest below zero."""
    found = [*training_losses(view), *validation_losses(view)]
    negative = [one for one in found if _cannot_be_negative(view, one) and _lowest(one) < 0]
    loss = min(negative, key=_lowest, default=None)
    if loss is None or _lowest(loss) >= -limits.rounding:
        return
    below = loss.series.values < -limits.rounding
    seen, steps = labels(view), loss.series.steps[below]
    yield Finding(
        severity="error",
        title=(
            f"The loss {loss.name} falls to {number(_lowest(loss))}, although it cannot be below "
            f"0: it has been negative since step {int(steps[0])}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "loss": loss.name,
            "lowest_loss": _lowest(loss),
            "label_min": seen and seen.low,
            "label_max": seen and seen.high,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=(
            "Code two classes as 0 and 1 for one sigmoid unit, several as 0, 1, ... or one-hot; "
            "for a regression use mean_squared_error and a linear output."
        ),
        confidence=share_confidence(int(below.sum()), below.size),
    )


def _cannot_be_negative(view: RunView, loss: NamedSeries) -> bool:
    recorded = recorded_training.loss(view)
    if recorded is not None:
        return recorded.name in _NEVER_NEGATIVE
    return loss.about.lowest is not None


def _lowest(loss: NamedSeries) -> float:
    finite: Floats = loss.series.values[np.isfinite(loss.series.values)]
    return float(finite.min(initial=0.0))


RULE = Rule(
    name="loss_below_range",
    title="Loss below its range",
    needs=("a loss", "its name, recorded or in its tag"),
    severity="error",
    fault_type=FaultType.LOSS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss train/epoch_loss falls to -11, although it cannot be below 0: it has been "
        "negative "
        "since step 1"
    ),
    check=check,
)
