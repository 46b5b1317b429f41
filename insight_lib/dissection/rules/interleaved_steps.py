"""Steps that were written out of order, none of them twice: files in turn, or a counter's end.

**Looks for** a series whose steps fall from one point to the next as they lie in the files, but
rise by the clock; and for a step counter of 32 bits that went on at -2147483648 or at 0 behind its
greatest number. All points count: the former are put in order, the latter are counted on.

**Why it matters** Such curves look like restarts, and TensorBoard shows them without the points
before the fall. Nothing is wrong with the training.

**What to do** Nothing. Two workers that hand a training to each other may append to one file; a
step counter should have 64 bits.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Key


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the longest of the series."""
    found = [key for key in (*view.interleaved, *view.wrapped) if key in view.scalars]
    if found:
        yield _finding(view, max(sorted(found), key=lambda key: view.scalars[key].steps.size))


def _finding(view: RunView, key: Key) -> Finding:
    name = "/".join(part for part in key if part != ".")
    files, last = view.interleaved.get(key), view.wrapped.get(key)
    points = view.scalars[key].steps.size
    return Finding(
        severity="info",
        title=_wrapped(name, last) if last is not None else _in_turn(name, points, files or 0),
        first_step=last,
        evidence={
            "series": name,
            "points": points,
            "files": files,
            "last_step_before_the_counter_started_again": last,
            "series_in_turn": len(view.interleaved),
            "series_with_such_a_counter": len(view.wrapped),
        },
        advice=(
            "Nothing is lost here. For TensorBoard's sake let one writer append to one file, and "
            "count steps with 64 bits."
        ),
    )


def _wrapped(name: str, last: int) -> str:
    return (
        f"The step counter of {name} started again behind step {last}, where its 32 bits end; "
        "the steps are counted on"
    )


def _in_turn(name: str, points: int, files: int) -> str:
    return (
        f"{name} was written to {files} files in turn and no step twice: all {points} points count"
    )


RULE = Rule(
    name="interleaved_steps",
    title="Steps written in turn",
    needs=("scalars",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="train/loss was written to 2 files in turn and no step twice: all 4 points count",
    check=check,
)
