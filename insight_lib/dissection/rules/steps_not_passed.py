"""Points without a step: all points of a series carry the same step.

**Looks for** series of three points or more a file that all carry one step. The series with the
most of them is named, and how many others are like it.

**Why it matters** The trainer does not pass a step when it logs, or passes one that never grows:
TensorBoard shows the last point alone. Here all of them are kept and judged in the order in which
they were written, so that a step in the other findings on these series is a place in that order,
from 0 on.

**What to do** Pass the step at every call: ``writer.add_scalar(tag, value, global_step)`` in
PyTorch, ``tf.summary.scalar(name, value, step=step)`` in TensorFlow.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding, series
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Key


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the series with the most points."""
    most = max(sorted(view.stepless), key=lambda key: view.scalars[key].steps.size, default=None)
    if most is not None:
        yield _finding(view, most)


def _finding(view: RunView, key: Key) -> Finding:
    name = "/".join(part for part in key if part != ".")
    points, step = view.scalars[key], view.stepless[key]
    several = sum(one.steps.size > 1 for one in view.scalars.values())
    others = len(view.stepless) - 1
    return Finding(
        severity="info",
        title=(
            f"All {points.steps.size} points of {name} carry step {step}"
            f"{_likewise(others, is_all=others + 1 == several)}: they are judged in the order in "
            "which they were written; TensorBoard shows only the last"
        ),
        first_step=step,
        last_step=step,
        evidence={
            "series": name,
            "points": int(points.steps.size),
            "step": step,
            "series_of_one_step": len(view.stepless),
            "series_of_several_points": several,
            **series(f"{name} in the order of writing", points.steps, points.values),
        },
        advice=(
            "Pass the step when logging: writer.add_scalar(tag, value, global_step) in PyTorch, "
            "tf.summary.scalar(name, value, step=step) in TensorFlow. Until then, a step in "
            "another finding on these series is a position in the order of writing, counted from 0."
        ),
    )


def _likewise(others: int, *, is_all: bool) -> str:
    if others == 0:
        return ""
    also = f", and so do those of {others} other series"
    return f"{also}, which is every series with several points" if is_all else also


RULE = Rule(
    name="steps_not_passed",
    title="No step is passed",
    needs=("scalars",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "All 4 points of train/loss carry step 0: they are judged in the order in which they were "
        "written; TensorBoard shows only the last"
    ),
    check=check,
)
