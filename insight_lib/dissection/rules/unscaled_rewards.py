"""The rewards are too large for the value function: it cannot come near them.

**Looks for** a value loss of {min_points} points or more that starts and ends at {large} or above,
with an explained variance that ends at {explained} or below, or at NaN, where it is logged. Where a
return rose by {gain:%} of its size, and kept it, the critic serves well enough.

**Why it matters** A network's outputs start near 0 and move by about the learning rate a step, so
returns of thousands are out of reach for most of the training, and their gradients drown the
policy's where both share layers.

**What to do** Divide the rewards so that returns are of the order of 1 to 100, or normalise them as
they come (`VecNormalize`, `RewardScaling`); clip outliers, and look for a reward that grows without
bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.reinforcement.critics import critic_losses
from insight_lib.dissection.run.reinforcement.returns import courses, is_good
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Thresholds:
    """When rewards are too large for a value function."""

    large: float = threshold(
        1e6, source="A usual error of 1,000: ten times the largest returns of usual rewards."
    )
    explained: float = threshold(
        0.1, source="0 is no better than the mean return; a tenth is hardly more."
    )
    gain: float = threshold(
        0.5, source="Of its size at the start; returns that learn nothing wander by a tenth."
    )
    min_points: int = threshold(5, least=1, source="TheDeepChecker too judges over five checks.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the critic whose loss ends highest."""
    if _explains(view, limits) or (is_good(view) and _gained(view, limits)):
        return
    found = [one for one in critic_losses(view) if _is_large(one, limits)]
    if found:
        yield _finding(max(found, key=lambda one: end_level(one.series.values)), limits)


def _gained(view: RunView, limits: Thresholds) -> bool:
    """Return whether a return rose by much, which no wandering brings."""
    ends = [(start_level(one.values), end_level(one.values)) for one in courses(view)]
    return any(end - start >= limits.gain * abs(start) for start, end in ends)


def _explains(view: RunView, limits: Thresholds) -> bool:
    """Return whether a critic's explained variance ends above the limit; NaN never does."""
    found = map(finite_points, view.with_role(Role.EXPLAINED_VARIANCE))
    return any(end_level(one.series.values) > limits.explained for one in found)


def _is_large(one: NamedSeries, limits: Thresholds) -> bool:
    values = one.series.values
    if values.size < limits.min_points:
        return False
    return min(start_level(values), end_level(values)) >= limits.large


def _finding(one: NamedSeries, limits: Thresholds) -> Finding:
    steps, values = one.series.steps, one.series.values
    start, end = start_level(values), end_level(values)
    return Finding(
        severity="warning",
        title=(
            f"The value loss {one.name} starts at {number(start)} and ends at {number(end)}: the "
            f"rewards are too large for the value function, from step {int(steps[0])} on"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "value_loss_at_start": start,
            "value_loss_at_end": end,
            **series(one.name, steps, values),
        },
        advice=(
            "Divide the rewards so that returns are of the order of 1 to 100, or normalise them "
            "as they come, and clip outliers."
        ),
        confidence=share_confidence(int((values >= limits.large).sum()), values.size),
    )


RULE = Rule(
    name="unscaled_rewards",
    title="Rewards not scaled",
    needs=("a value loss",),
    severity="warning",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The value loss train/value_loss starts at 1e+13 and ends at 1e+13: the rewards are "
        "too large for the value function, from step 0 on"
    ),
    check=check,
)
