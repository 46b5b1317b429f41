"""The policy stopped exploring before it had learnt: its entropy is gone while the return is poor.

**Looks for** a policy entropy of {min_points} points or more that ends, for the last fifth of the
run, at {gone:%} of its start or below, in a run whose returns did not improve, or not lastingly.
The entropy of continuous actions, which may be negative, is not judged: it has no floor.

**Why it matters** A policy that always takes the same action sees only what that action leads to.
The gradient of a certain policy is nearly zero, so it does not find out again. Entropy that goes as
the return rises is what learning looks like.

**What to do** Raise the entropy bonus (`ent_coef`, `beta`) or its target, lower the learning rate,
normalise advantages and observations, and see whether one action looks best by accident, as where
an early end of the episode avoids all cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.reinforcement.entropies import entropy_gone
from insight_lib.dissection.run.reinforcement.returns import is_poor
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level


@dataclass(frozen=True)
class Thresholds:
    """When an entropy is gone."""

    gone: float = threshold(
        0.03, source="Of two actions one in 326 is then the other, of four one in 174 another."
    )
    min_points: int = threshold(
        5, least=4, source="TheDeepChecker too judges over five checks; of entropy and return."
    )


# Gone for so much of the run, nothing more can be expected of it.
_MOST = 0.5


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the policy entropy."""
    if not is_poor(view, limits.min_points):
        return
    entropy = entropy_gone(view, gone=limits.gone, min_points=limits.min_points)
    if entropy is not None:
        yield _finding(entropy, limits)


def _finding(entropy: NamedSeries, limits: Thresholds) -> Finding:
    steps, values = entropy.series.steps, entropy.series.values
    start, end = start_level(values), end_level(values)
    is_gone = values <= limits.gone * start
    onset = int(np.argmax(is_gone))
    return Finding(
        severity="error" if float(is_gone.mean()) >= _MOST else "warning",
        title=(
            f"The policy entropy {entropy.name} fell from {number(start)} to {number(end)} nats, "
            f"first at step {int(steps[onset])}, and no return improved for good"
        ),
        first_step=int(steps[onset]),
        last_step=int(steps[-1]),
        evidence={
            "entropy_at_start": start,
            "entropy_at_end": end,
            **series(entropy.name, steps, values),
        },
        advice=(
            "Raise the entropy bonus or lower the learning rate, normalise advantages and "
            "observations, and see why one action looks best so early."
        ),
        confidence=share_confidence(int(is_gone[onset:].sum()), values.size - onset),
    )


RULE = Rule(
    name="entropy_collapsed",
    title="Policy entropy collapsed",
    needs=("a policy entropy", "a return"),
    severity="error",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The policy entropy train/entropy_loss fell from 1.1 to 0.01 nats, first at step 3, "
        "and no return improved for good"
    ),
    check=check,
)
