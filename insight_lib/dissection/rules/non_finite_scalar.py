"""A logged number other than a loss became NaN or infinite.

**Looks for** NaN and infinite values in every scalar series that is no loss. Where the series is
one that a healthy training keeps finite (norm of gradients or weights, learning rate, loss scale,
entropy, KL) and its last {lasting_points} points or more are not finite, this is an error; fewer at
the end are a warning. A metric may be undefined by nature (a precision of 0/0, the explained
variance of a constant, a reward before the first episode ended): only one that had
{lasting_points} finite points and then is not finite for {lasting_points} or more, to its end, is a
warning. All else is a note. Where a loss broke before, and stays so, `non_finite_loss` says it.

**Why it matters** A trainer may hide the NaN of a loss: Hugging Face's leaves it out of the mean
that it logs, so that the loss reads exactly 0 while the norm of the gradient is NaN at every step.
Weights that took one NaN never recover. A gradient norm that is infinite now and then is a step
that loss scaling skipped.

**What to do** Go back to the checkpoint before the first such step; lower the learning rate or clip
the gradient, train in bfloat16 or float32 instead of float16, and look at the batch of that step.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.dissection.findings.finding import (
    Finding,
    back_to,
    number,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.severity import SEVERITIES, Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import LOSS_ROLES, losses
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.role import Role

_FINITE_BY_NATURE = frozenset(
    {Role.GRADIENT_NORM, Role.WEIGHT_NORM, Role.LEARNING_RATE, Role.LOSS_SCALE, Role.TEMPERATURE}
    | {Role.POLICY_ENTROPY, Role.KL}
)


@dataclass(frozen=True)
class Limits:
    """Thresholds."""

    lasting_points: int = threshold(
        3,
        source="Loss scaling skips one or two steps in a row, while it halves a scale that is too "
        "high; at a third point the training goes on without finite numbers.",
        least=1,
    )


_OTHERS = tuple(role for role in Role if role not in LOSS_ROLES)


@dataclass(frozen=True)
class _Broken:
    one: NamedSeries
    severity: Severity
    bad: Booleans
    """Where the series is not finite."""
    lasts_from: int | None
    """The place from which on it is not finite to its end; None where it ends finite."""

    @property
    def first_step(self) -> int:
        place = int(np.argmax(self.bad)) if self.lasts_from is None else self.lasts_from
        return int(self.one.series.steps[place])


def check(view: RunView, limits: Limits) -> Iterator[Finding]:
    """Yield one finding on the worst of the series that are not finite, the first of several."""
    lost_since = _loss_lost_since(view)
    found = [_broken(one, limits) for one in view.with_role(*_OTHERS)]
    broken = [
        one
        for one in found
        if one is not None and (lost_since is None or one.first_step < lost_since)
    ]
    if broken:
        worst = min(broken, key=lambda one: (-SEVERITIES.index(one.severity), one.first_step))
        yield _finding(worst, broken)


def _loss_lost_since(view: RunView) -> int | None:
    """Return the first step from which on a loss is not finite to its end; None without any."""
    places = [(one, _lasts_from(~np.isfinite(one.series.values))) for one in losses(view)]
    return min((int(one.series.steps[at]) for one, at in places if at is not None), default=None)


def _broken(one: NamedSeries, limits: Limits) -> _Broken | None:
    bad = ~np.isfinite(one.series.values)
    if not bad.any():
        return None
    lasts_from = _lasts_from(bad)
    return _Broken(one, _severity(one, bad, lasts_from, limits), bad, lasts_from)


def _severity(one: NamedSeries, bad: Booleans, lasts_from: int | None, limits: Limits) -> Severity:
    if lasts_from is None:
        return "info"
    lasting = bad.size - lasts_from
    if one.about.role in _FINITE_BY_NATURE:
        return "error" if lasting >= limits.lasting_points else "warning"
    was_finite = int((~bad).sum())
    return "warning" if min(lasting, was_finite) >= limits.lasting_points else "info"


def _lasts_from(bad: Booleans) -> int | None:
    if not bad.size or not bad[-1]:
        return None
    return int(bad.size - np.argmin(bad[::-1])) if not bad.all() else 0


def _finding(worst: _Broken, broken: list[_Broken]) -> Finding:
    one, bad = worst.one, worst.bad
    steps, values = one.series.steps, one.series.values
    times = int(bad.sum())
    return Finding(
        severity=worst.severity,
        title=_title(worst),
        first_step=worst.first_step,
        last_step=int(steps[np.flatnonzero(bad)[-1]]),
        evidence={
            "series": one.name,
            "role": one.about.role.value,
            "points": int(bad.size),
            "non_finite_points": times,
            "all_series": sorted(other.one.name for other in broken),
            **series(one.name, steps, values),
        },
        advice=(
            f"Stop the run and {back_to(worst.first_step)}; lower the learning rate or clip the "
            "gradient norm, use bfloat16 or float32 instead of float16, and look at the batch of "
            "that step. Do not trust a loss that the trainer filters for NaN."
            if worst.severity == "error"
            else f"Check how {one.name} is computed: a mean of nothing or a division by zero."
        ),
        confidence=1.0 if worst.severity == "error" else share_confidence(times, int(bad.size)),
    )


def _title(worst: _Broken) -> str:
    one, times, points = worst.one, int(worst.bad.sum()), int(worst.bad.size)
    place = int(np.argmax(worst.bad)) if worst.lasts_from is None else worst.lasts_from
    value = number(one.series.values[place])
    if times == points:
        return f"{one.name} is not finite at any of its {points} points, {value} at the first"
    if worst.lasts_from is not None:
        return f"{one.name} became {value} at step {worst.first_step} and did not recover"
    return (
        f"{one.name} was not finite at {times} of {points} points, first {value} at step "
        f"{worst.first_step}"
    )


RULE = Rule(
    name="non_finite_scalar",
    title="Logged number not finite",
    needs=("scalars",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Limits(),
    example="train/grad_norm became NaN at step 3 and did not recover",
    check=check,
)
