"""The run stood still for a long time.

**Looks for** {seconds} seconds or more between two points of the run's longest series ({min_points}
points at least), {usual_gaps} times what is usual between them.

**Why it matters** The machine waited: for data, for another process, for a disk, or it was
suspended. Whether it still waits at its end the event files do not tell. A run that was stopped and
went on the next day looks the same, which is why this is a note.

**What to do** Look at what the machine did at that time: its memory, the source of the data, the
checkpoint that was written then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How long is long."""

    seconds: float = threshold(1800.0, source="SageMaker Debugger: no new step for 1800 s.")
    usual_gaps: float = threshold(
        20.0,
        source="An evaluation or a checkpoint between two points takes a few times their distance.",
    )
    min_points: int = threshold(5, least=2, source="Fewer points have no usual distance.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the longest wait."""
    key = max(sorted(view.wall_times), key=lambda key: view.wall_times[key].size, default=None)
    if key is None:
        return
    known = np.isfinite(view.wall_times[key])
    points = Series(view.scalars[key].steps[known], view.wall_times[key][known])
    gaps = np.diff(points.values)
    if gaps.size < limits.min_points - 1:
        return
    usual, longest = median(gaps), float(gaps.max())
    if longest >= limits.seconds and longest >= limits.usual_gaps * max(usual, 0.0):
        yield _finding(points, int(gaps.argmax()))


def _finding(points: Series, place: int) -> Finding:
    """Return the finding on the wait after the point at a place.

    Values are wall times in seconds.
    """
    gaps = np.diff(points.values)
    before, after = int(points.steps[place]), int(points.steps[place + 1])
    return Finding(
        severity="info",
        title=(
            f"The run stood still for {number(float(gaps[place]) / 60)} minutes between step "
            f"{before} and step {after}, where {number(median(gaps))} s are usual "
            f"between two points"
        ),
        first_step=before,
        last_step=after,
        evidence={
            "seconds": float(gaps[place]),
            "usual_seconds": median(gaps),
            "wall_time_before": float(points.values[place]),
            **series("seconds between points", points.steps[1:], gaps),
        },
        advice=(
            "Look at what the machine did at that time: its memory, the source of the data, the "
            "checkpoint that was written then."
        ),
    )


RULE = Rule(
    name="stalled_run",
    title="Run stood still",
    needs=("scalars",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The run stood still for 60 minutes between step 2 and step 3, where 60 s are usual "
        "between two points"
    ),
    check=check,
)
