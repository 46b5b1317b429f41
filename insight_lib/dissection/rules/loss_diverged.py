"""A loss grew far beyond where any loss of the run began.

**Looks for** a loss ({min_points} points at least) that ends, as the median of its last fifth and
with its last two points too,

* at {rise} times its own start and the largest start of all losses on the same data, where it
  should fall: a part of a loss, while the whole did not fall; a validation loss, while the training
  loss did not fall, as it overfits otherwise. The rise of the training loss as a whole is
  ``loss_not_decreasing``; or
* at {far} times its start in size, where it follows a moving target (adversarial training, the
  losses of reinforcement learning): {far} where that began below 1, as the scores in it do, and the
  square of the largest return where returns are logged, as such losses grow with them. Of value and
  policy losses next to returns other rules judge.

**Why it matters** Weights that grow so are soon not finite, and one part that runs away drowns the
gradients of all others in the sum.

**What to do** Lower the learning rate of what this loss trains, clip its gradient norm, scale its
targets or its weight in the sum; in adversarial training bound the critic (gradient penalty,
spectral norm) and balance the steps of both players.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.grown_loss import Grown, grown_loss
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """By how much a loss must have grown."""

    rise: float = threshold(
        10.0,
        source="An order of magnitude; a doubling may be the weight of a part that was raised.",
    )
    far: float = threshold(
        1000.0, source="A target that moves so far is no target; three orders of magnitude."
    )
    min_points: int = threshold(
        5, least=2, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss that grew most."""
    grown = grown_loss(view, rise=limits.rise, far=limits.far, min_points=limits.min_points)
    if grown is not None:
        yield _finding(view, grown)


def _finding(view: RunView, grown: Grown) -> Finding:
    loss, limit, since = grown.loss, grown.limit, grown.since
    steps, values = loss.series.steps, loss.series.values
    return Finding(
        severity="error",
        title=(
            f"The loss {loss.name} grew from {number(float(values[0]))} to "
            f"{number(end_level(values))} and has stayed beyond {number(limit)} in size since step "
            f"{int(steps[since])}"
        ),
        first_step=int(steps[since]),
        last_step=int(steps[-1]),
        evidence={
            "loss_at_start": float(values[0]),
            "loss_at_end": end_level(values),
            "limit": limit,
            **series(loss.name, steps, values),
        },
        remedy=changed_rate(view, 0.1),
        advice=(
            "Lower the learning rate of what this loss trains, clip its gradient norm, scale its "
            "targets or its weight in the sum; bound the critic in adversarial training."
        ),
        # What came before says nothing of how it ended.
        confidence=share_confidence(values.size - since, values.size - since),
    )


RULE = Rule(
    name="loss_diverged",
    title="Loss diverged",
    needs=("a loss other than the training loss as a whole",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=("The loss box_loss grew from 1 to 11 and has stayed beyond 10 in size since step 3"),
    check=check,
)
