"""The loss at the first step is not what an untrained model gives.

**Looks for**

* a cross entropy of the first batch, before any update, of more than {above} times what a model
  gives that calls all classes equally likely: ln 2 for one unit, ln K for a softmax over K;
* a training loss that is exactly zero at every point ({fewest_zeros} at least), while no other
  training loss differs from zero.

**Why it matters** A first loss far above comes from outputs that are sure of themselves before they
know anything: weights drawn too large, inputs or logits that were never scaled. The first steps are
then spent on undoing it, or never come back. It is a warning where the loss stays above {undone:%}
of what such a model gives and the run did not learn, and otherwise a note. A loss of zero has no
gradient: nothing is compared, an error.

**What to do** Scale the inputs, use Glorot or He initialisation, check ``from_logits``. For a loss
of zero, check that the output has a unit for each class and that labels reach the loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import batch_loss, training_loss
from insight_lib.dissection.run.data.inputs import inputs
from insight_lib.dissection.run.guessing.baseline import uninformed_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """How far the first loss may be from the expected one."""

    above: float = threshold(2.0, source="TheDeepChecker: a relative error above 1.")
    undone: float = threshold(
        0.95,
        source="As far below what guessing gives, something of the inputs has reached the loss.",
    )
    fewest_zeros: int = threshold(
        3, source="Fewer points that are zero may be rounding of a table."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the training loss."""
    loss = training_loss(view)
    if loss is None:
        return
    if loss.series.values.size >= limits.fewest_zeros and not loss.series.values.any():
        yield _zero(loss)
        return
    first, expected = _first_loss(view), uninformed_loss(view)
    if first is not None and expected is not None and first > limits.above * expected:
        is_undone = end_level(loss.series.values) < limits.undone * expected
        yield _high(view, first, expected, is_undone=is_undone)


def _zero(loss: NamedSeries) -> Finding:
    points = loss.series.values.size
    return Finding(
        severity="error",
        title=f"The training loss {loss.name} is exactly 0 at all of {points} points",
        first_step=int(loss.series.steps[0]),
        last_step=int(loss.series.steps[-1]),
        evidence={"points": points, **series(loss.name, loss.series.steps, loss.series.values)},
        advice=(
            "Check that the output has a unit for each class, that the labels reach the loss, and "
            "that they differ from each other."
        ),
        confidence=share_confidence(points, points),
    )


def _part(view: RunView) -> FaultType:
    """Return what to change first: inputs that are not known to be near 1, else the weights."""
    scales = [one.typical("largest_feature_scale") for one in inputs(view)]
    is_near = bool(scales) and max(scales) <= _NEAR_ONE
    return FaultType.INITIALISATION if is_near else FaultType.PREPROCESSING


# Standardised features with rare values reach as much.
_NEAR_ONE = 3.0


def _high(view: RunView, first: float, expected: float, *, is_undone: bool) -> Finding:
    return Finding(
        severity="info" if is_undone or has_learnt(view) else "warning",
        title=(
            f"The loss of the first batch is {number(first)}, but an untrained model gives "
            f"{number(expected)}"
        ),
        first_step=0,
        last_step=0,
        fault_type=_part(view),
        evidence={"first_loss": first, "expected_loss": expected, "ratio": first / expected},
        advice=(
            "Scale the inputs to mean 0 and spread 1, use Glorot or He initialisation, and check "
            "that the last activation and from_logits of the loss fit each other."
        ),
    )


def _first_loss(view: RunView) -> float | None:
    """Return the loss of the batch of step 0; an epoch's mean includes what it learnt."""
    loss = batch_loss(view)
    if loss is None or loss.series.steps[0] != 0 or not np.isfinite(loss.series.values[0]):
        return None
    return float(loss.series.values[0])


RULE = Rule(
    name="initial_loss",
    title="Unexpected first loss",
    needs=("the loss of the first step", "the recorded topology and loss"),
    severity="error",
    fault_type=FaultType.LOSS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The loss of the first batch is 150, but an untrained model gives 2.3",
    check=check,
)
