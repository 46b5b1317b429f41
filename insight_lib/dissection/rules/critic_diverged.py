"""The value function diverged: its loss grew beyond anything that the returns explain.

**Looks for** a value loss of {min_points} points or more that ends, for the last fifth of the run,
at {growth} times its start or above, and at {ratio} times the square of the largest return or
above. The loss of predicting 0 everywhere is about that square, so a critic grows with the return,
and rightly; what counts is how it compares. Where no return is logged, or only a success rate, it
must have grown {unexplained} times, to {large} or above.

**Why it matters** Advantages are what the critic gets wrong, so the policy follows noise. In
Q-learning values feed on themselves: an overestimate is the next target.

**What to do** Lower the critic's learning rate and clip its gradient, update the target network
less often or more slowly, clip or scale the rewards, check the discount and that the end of an
episode cuts the bootstrap. Twin critics (TD3, SAC) hold overestimates down.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.reinforcement.critics import diverged_critic, return_scale
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level


@dataclass(frozen=True)
class Thresholds:
    """When a value loss has diverged."""

    growth: float = threshold(10.0, source="An order of magnitude: no fluctuation.")
    ratio: float = threshold(
        10.0, source="Predicting 0 has a ratio of about 1; an order of magnitude above."
    )
    unexplained: float = threshold(
        1000.0, source="Returns that grow thirtyfold explain it; more is rare."
    )
    large: float = threshold(
        1e4, source="Predicting 0 for returns of 100, the most of usual rewards of about 1."
    )
    min_points: int = threshold(5, least=2, source="TheDeepChecker too judges over five checks.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the critic whose loss ends highest."""
    found = diverged_critic(
        view,
        growth=limits.growth,
        ratio=limits.ratio,
        unexplained=limits.unexplained,
        large=limits.large,
        min_points=limits.min_points,
    )
    if found is not None:
        yield _finding(found, return_scale(view), limits)


def _finding(one: NamedSeries, scale: float | None, limits: Thresholds) -> Finding:
    steps, values = one.series.steps, one.series.values
    start, end = start_level(values), end_level(values)
    high = limits.growth * values >= end
    onset = int(np.argmax(high))
    against = "no return says why" if scale is None else f"returns are {number(scale)} at most"
    return Finding(
        severity="error" if end >= limits.unexplained * start else "warning",
        title=(
            f"The value loss {one.name} grew from {number(start)} to {number(end)}, since step "
            f"{int(steps[onset])}, and {against}"
        ),
        first_step=int(steps[onset]),
        last_step=int(steps[-1]),
        evidence={
            "value_loss_at_start": start,
            "value_loss_at_end": end,
            "largest_return": scale,
            **series(one.name, steps, values),
        },
        advice=(
            "Lower the critic's learning rate, clip its gradient, slow down the target network, "
            "and clip or scale the rewards; check that the end of an episode cuts the bootstrap."
        ),
        confidence=share_confidence(int(high[onset:].sum()), values.size - onset),
    )


RULE = Rule(
    name="critic_diverged",
    title="Critic diverged",
    needs=("a value loss",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The value loss train/value_loss grew from 10 to 1.1e+03, since step 5, and returns "
        "are 10 at most"
    ),
    check=check,
)
