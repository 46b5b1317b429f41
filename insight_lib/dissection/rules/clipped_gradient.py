"""The gradient is cut down at nearly every step.

**Looks for** a recorded ``clipnorm`` or ``global_clipnorm`` of the optimizer that the gradient's
norm exceeds at nearly every traced step. Ten times or more in a run that has not learnt is a
warning; clipping by a little, or in a run that learns, is a note.

**Why it matters** Clipping is there for the rare step that would throw the weights. Where it cuts
every step, each has the same length whatever the gradient says: the learning rate times the limit
is the real step size, and the optimizer does not slow down near a minimum.

**What to do** Set the limit to a few times the usual norm (the finding states it), or lower the
learning rate instead; look for the cause of the large gradient (inputs and targets not scaled).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.finding import RUN_LAYER, Finding, held, number, percent, series
from insight_lib.dissection.learning import has_learnt
from insight_lib.dissection.network import Stack, stack
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import FloatArray, RunView, Series


@dataclass(frozen=True)
class Thresholds:
    """Ratios of norms, shares of traced steps, counts."""

    # Persistence: nearly always, not in the rough start.
    step_share: float = 0.9
    min_steps: int = 5
    # Beyond this the step has lost what the gradient's size said.
    far_above: float = 10.0


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
    for setting, norms in (("global_clipnorm", _global_norm), ("clipnorm", _largest_norm)):
        limit = optimizer.get(setting) if isinstance(optimizer, dict) else None
        if isinstance(limit, float | int) and limit > 0:
            found = norms(view)
            known = np.isfinite(found.values)
            excess = Series(found.steps[known], found.values[known] / limit)
            return _Clipped(setting, float(limit), excess)
    return None


def _largest_norm(view: RunView) -> Series:
    """The norm of the tensor with the greatest one: ``clipnorm`` cuts each by itself."""
    norms = _norms(view)
    return Series(norms.steps, np.max(np.nan_to_num(norms.values), axis=0, initial=0.0))


def _global_norm(view: RunView) -> Series:
    norms = _norms(view)
    with np.errstate(over="ignore"):
        total: FloatArray = np.sqrt(np.nansum(norms.values**2, axis=0))
    return Series(norms.steps, total)


def _norms(view: RunView) -> Stack:
    tensors = view.of_kind("gradient")
    return stack(tensors, [tensor["l2"] for tensor in tensors])


def _finding(view: RunView, clipped: _Clipped, limits: Thresholds) -> Finding:
    steps, excess = clipped.excess.steps, clipped.excess.values
    cut, typical = excess > 1, float(np.median(excess))
    far = typical >= limits.far_above and not has_learnt(view)
    return Finding(
        view.run_id,
        RULE.name,
        RUN_LAYER,
        "warning" if far else "info",
        f"The gradient is clipped at {percent(float(cut.mean()))} of the traced steps: it is "
        f"typically {number(typical)} times {clipped.setting} = {number(clipped.limit)}",
        int(steps[cut][0]),
        int(steps[cut][-1]),
        {
            "setting": clipped.setting,
            "limit": clipped.limit,
            "typical_norm": typical * clipped.limit,
            "clipped_steps": int(cut.sum()),
            "traced_steps": int(steps.size),
            **series("norm_over_limit", steps, excess),
        },
        f"Set {clipped.setting} to a few times {number(typical * clipped.limit)}, the usual norm, "
        "and lower the learning rate where the training needs smaller steps; check that inputs "
        "and targets are scaled.",
        held(int(cut.sum()), steps.size),
    )


RULE = Rule(
    name="clipped_gradient",
    title="Gradient nearly always clipped",
    needs=("gradients of layers", "the recorded clipnorm or global_clipnorm of the optimizer"),
    severity="warning",
    documentation=__doc__,
    thresholds=Thresholds(),
    check=check,
)
