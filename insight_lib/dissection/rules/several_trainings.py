"""Several trainings wrote into the folder of the run, one after the other.

**Looks for** series that start again at their first step in a later file, or within a file where
the values start again too. All other rules judge the last training, which is also what TensorBoard
shows. The earlier ones are judged as well, by their scalars alone, and listed here. An error in one
of them makes this a warning; so does a warning in one with {longer:g} times the points of the last.

**Why it matters** The curves of one training hide those of the others: a training that failed looks
as if it had never been, and a short last one, such as a test of two minutes, hides a long one.
Restarts from a checkpoint go on at a later step and are none of this.

**What to do** Give each training a folder of its own; look at those that failed before you compare
the last one with other runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_MOST_LISTED = 20


@dataclass(frozen=True)
class Limits:
    """Thresholds."""

    longer: float = threshold(
        2.0,
        source="A last training of less than half the length is rather a test than what replaced "
        "the one before, which is then what the folder is about.",
    )


def check(view: RunView, limits: Limits) -> Iterator[Finding]:
    """Yield one finding that lists the earlier trainings."""
    if not view.earlier:
        return
    number = len(view.earlier) + 1
    failed = list(_failed(view, limits))
    yield Finding(
        severity="warning" if failed else "info",
        title=_title(number, failed),
        first_step=failed[0][1].first_step if failed else None,
        evidence={
            "trainings": number,
            "failed_trainings": len(failed),
            "earlier": [_told(at, one) for at, one in enumerate(view.earlier[:_MOST_LISTED], 1)],
        },
        advice=(
            "Give each training a folder of its own, and look at the earlier ones: in TensorBoard "
            "and on these pages only the last is in view."
        ),
    )


def _failed(view: RunView, limits: Limits) -> Iterator[tuple[int, Finding]]:
    """Yield the number and the worst finding of each training in which something is wrong."""
    for at, one in enumerate(view.earlier, 1):
        is_long = _points(one) >= limits.longer * _points(view)
        wanted = ("error", "warning") if is_long else ("error",)
        found = (finding for kind in wanted for finding in one.found if finding.severity == kind)
        if (worst := next(found, None)) is not None:
            yield at, worst


def _points(training: RunView) -> int:
    return max((series.steps.size for series in training.scalars.values()), default=0)


def _title(number: int, failed: list[tuple[int, Finding]]) -> str:
    title = f"{number} trainings wrote into this folder, of which the last is judged by all rules"
    if not failed:
        return title
    at, worst = failed[0]
    others = f", {len(failed) - 1} others likewise" if len(failed) > 1 else ""
    return f"{title}; of training {at}{others}: {worst.title}"


def _told(at: int, training: RunView) -> str:
    named = [f"{finding.severity}: {finding.title}" for finding in training.found]
    return (
        f"training {at}: step {training.first_step} to {training.last_step}, "
        f"{_points(training)} points; " + ("; ".join(named) or "no rule fired")
    )


RULE = Rule(
    name="several_trainings",
    title="Several trainings in one folder",
    needs=("scalars",),
    severity="warning",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Limits(),
    example="2 trainings wrote into this folder, of which the last is judged by all rules",
    check=check,
)
