"""Steps take longer and longer.

**Looks for** steps that, at {step_share:%} of the points of the last fifth of the traced ones, took
more than {rise} times the level of the first fifth, of {min_points} points at least; the first
{warm_up}, which hold the compilation, are left out.

**Why it matters** Something grows with the run: a list that keeps tensors, a graph that is compiled
again for every new shape, memory that is swapped, logs that are written at every step. A machine
that others use looks the same, which is why this is a note.

**What to do** Watch the process's memory; give ``tf.function`` inputs of one shape; keep numbers
(``float(loss)``) and not tensors in lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.role import Role
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """When step times have risen."""

    rise: float = threshold(
        3.0,
        source=(
            "Another user of the same machine doubles the step time; healthy runs of the zoo show "
            "2.05."
        ),
    )
    step_share: float = threshold(
        0.8, least=0.01, source="Of the last fifth: a single slow step is another matter."
    )
    warm_up: int = threshold(3, source="The first steps hold compilation and cold caches.")
    min_points: int = threshold(15, source="Of each fifth three.")


_PARTS = 5


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's step time."""
    times = _step_times(view)
    if times is None:
        return
    warm = Series(times.steps[limits.warm_up :], times.values[limits.warm_up :])
    if warm.values.size < limits.min_points:
        return
    parts = np.array_split(warm.values, _PARTS)
    levels = [median(part) for part in parts]
    slow = parts[-1] > limits.rise * levels[0]
    if levels[0] > 0 and slow.mean() >= limits.step_share:
        yield _finding(warm, levels, slow)


def _step_times(view: RunView) -> Series | None:
    found = view.with_role(Role.STEP_TIME)
    if not found:
        return None
    one = found[0].series
    known = np.isfinite(one.values)
    return Series(one.steps[known], one.values[known])


def _finding(warm: Series, levels: list[float], slow: Booleans) -> Finding:
    """Return the finding; ``slow`` says of the last steps whether they were."""
    steps = warm.steps[-slow.size :][slow]
    return Finding(
        severity="info",
        title=(
            f"A step takes {number(levels[-1])} s at the end, {number(levels[-1] / levels[0])} "
            f"times what it took at the start ({number(levels[0])} s)"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "step_time_at_start": levels[0],
            "step_time_at_end": levels[-1],
            **series("step_time_s", warm.steps, warm.values),
        },
        advice=(
            "Watch the process's memory, give tf.function inputs of one shape, and keep numbers "
            "and not tensors in lists; another user of the machine looks the same."
        ),
        confidence=share_confidence(int(slow.sum()), slow.size),
    )


RULE = Rule(
    name="step_time",
    title="Step time rising",
    needs=("step times",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="A step takes 0.035 s at the end, 3.5 times what it took at the start (0.01 s)",
    check=check,
)
