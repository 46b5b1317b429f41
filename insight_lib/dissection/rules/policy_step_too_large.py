"""The policy moves too far at each update: its new actions have little to do with the old ones.

**Looks for** a KL divergence between the old and the new policy whose median over a tenth of the
run (three points at least) reached {kl} nats, or a clip fraction whose median over the run is
{clipped:%} or above, each of {min_points} points or more. Usual are a divergence of 0.01 to 0.2,
and a clip fraction of 0.02 to 0.3.

**Why it matters** Advantages were estimated for the old policy and say nothing of one that is far
from it. One such step can destroy what was learnt, and the new policy then collects the data. It is
a note where a return improved and kept it: the steps did no harm, or the divergence is another, as
that of a world model.

**What to do** Lower the learning rate, take fewer epochs and larger minibatches on each batch, set
a bound on the divergence (`target_kl`), and normalise advantages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.finite_points import finite_points
from insight_lib.dissection.run.reinforcement.returns import is_good
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Thresholds:
    """How far a policy may move at an update."""

    kl: float = threshold(
        1.0,
        source=(
            "Five times RLlib's target of 0.2, a hundred times Spinning Up's of 0.01: probabilities"
            " changed by a factor of e on average."
        ),
    )
    clipped: float = threshold(
        0.8, source="Four of five samples no longer count; the highest of healthy runs seen is 0.7."
    )
    min_points: int = threshold(5, least=1, source="TheDeepChecker too judges over five checks.")


_STRETCHES, _LEAST_STRETCH = 10, 3
# A policy that moved far from the former one was clipped: what was not is far from another one,
# such as the reference of a language model.
_CLIPPED_TOO = 0.4
_OF_POLICIES = (Role.POLICY_LOSS, Role.VALUE_LOSS, Role.CLIP_FRACTION)


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the divergence or, else, the clip fraction."""
    if not view.with_role(*_OF_POLICIES):
        return
    clipped = _long(view, Role.CLIP_FRACTION, limits)
    may_be_other = bool(clipped) and all(_highest(one) < _CLIPPED_TOO for one in clipped)
    divergences = [] if may_be_other else _long(view, Role.KL, limits)
    far = [one for one in divergences if _highest(one) >= limits.kl]
    often = [one for one in clipped if median(one.series.values) >= limits.clipped]
    if far:
        yield _finding(view, far[0], "KL divergence", limits.kl)
    elif often:
        yield _finding(view, often[0], "clip fraction", limits.clipped)


def _long(view: RunView, role: Role, limits: Thresholds) -> list[NamedSeries]:
    found = map(finite_points, view.with_role(role))
    return [one for one in found if one.series.values.size >= limits.min_points]


def _highest(one: NamedSeries) -> float:
    """Return the highest median of a stretch."""
    values = one.series.values
    stretches = max(1, min(_STRETCHES, values.size // _LEAST_STRETCH))
    return max(median(part) for part in np.array_split(values, stretches))


def _finding(view: RunView, one: NamedSeries, what: str, limit: float) -> Finding:
    steps, values = one.series.steps, one.series.values
    above = values >= limit
    first, highest = int(steps[np.argmax(above)]), _highest(one)
    return Finding(
        severity="info" if is_good(view) else "warning",
        title=(
            f"The {what} {one.name} reached a level of {number(highest)}: the policy moves too far "
            f"at an update, first at step {first}"
        ),
        first_step=first,
        last_step=int(steps[above][-1]),
        evidence={
            "highest_level": highest,
            "points_above": int(above.sum()),
            **series(one.name, steps, values),
        },
        advice=(
            "Lower the learning rate, take fewer epochs and larger minibatches on each batch, "
            "bound the KL divergence of an update, and normalise advantages."
        ),
        confidence=share_confidence(int(above.sum()), above.size),
    )


RULE = Rule(
    name="policy_step_too_large",
    title="Policy steps too large",
    needs=("a KL divergence or a clip fraction",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The KL divergence train/approx_kl reached a level of 2: the policy moves too far at "
        "an update, first at step 6"
    ),
    check=check,
)
