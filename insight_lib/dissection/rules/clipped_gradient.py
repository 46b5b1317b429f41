"""The gradient is clipped at nearly every step.

**Looks for** a recorded ``clipnorm`` or ``global_clipnorm`` of the optimizer that the gradient's
norm exceeds at {step_share:%} or more of the traced steps at which it is finite ({min_steps} at
least). By {far_above} times or more in a run that has not learnt is a warning; clipping by a
little, or in a run that learns, is a note.

**Why it matters** Clipping is intended for the rare step that would throw the weights. Where it
clips every step, each has the same length whatever the gradient says: the learning rate times the
limit is the real step size, and the optimizer does not slow down near a minimum.

**What to do** Set the limit to a few times the usual norm (the finding states it), or lower the
learning rate instead; look for the cause of the large gradient (inputs and targets not scaled).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.gradients import traced_gradients
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """Ratios of norms, shares of traced steps, counts."""

    step_share: float = threshold(
        0.9, least=0.01, source="Persistence: nearly always, not in the rough start."
    )
    min_steps: int = threshold(
        5, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    far_above: float = threshold(
        10.0, source="Beyond this the step no longer reflects the gradient's size."
    )


@dataclass(frozen=True)
class _Clipped:
    """``excess``: the norm over its limit at each step."""

    setting: str
    limit: float
    excess: Series


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run."""
    clipped = _clipped(view)
    if clipped is None or clipped.excess.values.size < limits.min_steps:
        return
    if (clipped.excess.values > 1).mean() >= limits.step_share:
        yield _finding(view, clipped, limits)


def _clipped(view: RunView) -> _Clipped | None:
    optimizer = view.config.get("optimizer") if view.config else None
    for setting in ("global_clipnorm", "clipnorm"):
        limit = optimizer.get(setting) if isinstance(optimizer, dict) else None
        if isinstance(limit, float | int) and limit > 0:
            norms = _norms(view, of_each=setting == "clipnorm")
            excess = Series(norms.steps, norms.values / limit)
            return _Clipped(setting, float(limit), excess)
    return None


def _norms(view: RunView, *, of_each: bool) -> Series:
    """Return the finite norms with their steps; of each tensor by itself, the largest."""
    gradients = traced_gradients(view)
    if gradients is None:
        return Series(np.empty(0, np.int64), np.empty(0))
    known = np.isfinite(gradients.total)
    norms = np.fmax.reduce(gradients.norms, axis=0) if of_each else gradients.total
    return Series(gradients.steps[known], norms[known])


def _finding(view: RunView, clipped: _Clipped, limits: Thresholds) -> Finding:
    steps, excess = clipped.excess.steps, clipped.excess.values
    cut, typical = excess > 1, median(excess)
    far = typical >= limits.far_above and not has_learnt(view)
    return Finding(
        severity="warning" if far else "info",
        title=(
            f"The gradient is clipped at {percent(float(cut.mean()))} of the traced steps: it is "
            f"typically {number(typical)} times {clipped.setting} = {number(clipped.limit)}"
        ),
        first_step=int(steps[cut][0]),
        last_step=int(steps[cut][-1]),
        evidence={
            "setting": clipped.setting,
            "limit": clipped.limit,
            "typical_norm": typical * clipped.limit,
            "clipped_steps": int(cut.sum()),
            "traced_steps": int(steps.size),
            **series("norm_over_limit", steps, excess),
        },
        advice=(
            f"Set {clipped.setting} to a few times {number(typical * clipped.limit)}, the usual "
            "norm, and lower the learning rate where the training needs smaller steps; check that "
            "inputs and targets are scaled."
        ),
        remedy=remedy(
            clipped.setting, float(f"{_ROOM * typical * clipped.limit:.1g}"), old=clipped.limit
        ),
        confidence=share_confidence(int(cut.sum()), steps.size),
    )


# A limit so many times the usual norm clips the rare step alone.
_ROOM = 3.0

RULE = Rule(
    name="clipped_gradient",
    title="Gradient nearly always clipped",
    needs=("gradients of layers", "the recorded clipnorm or global_clipnorm of the optimizer"),
    severity="warning",
    fault_type=FaultType.OPTIMIZER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The gradient is clipped at 100 % of the traced steps: it is typically 100 times clipnorm "
        "= 0.001"
    ),
    check=check,
    of_layers=True,
)
