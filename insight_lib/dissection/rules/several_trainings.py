"""Several trainings wrote into the folder of the run, one after the other.

**Looks for** series that start again at their first step in a later file, or within a file where
all series and their values start again. All other rules judge the last training, which is also what
TensorBoard shows. The earlier ones are judged as well, by their scalars alone, and listed here; one
in which a rule found an error makes this a warning.

**Why it matters** The curves of one training hide those of the others: a training that failed looks
as if it had never been, and a short last one, such as a test of two minutes, hides a long one.
Restarts from a checkpoint go on at a later step and are none of this.

**What to do** Give each training a folder of its own; look at those that failed before you compare
the last one with other runs.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.view import RunView

_MOST_LISTED = 20


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding that lists the earlier trainings."""
    if not view.earlier:
        return
    number = len(view.earlier) + 1
    failed = [(at, worst) for at, one in enumerate(view.earlier, 1) if (worst := _error(one))]
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
            "Give each training a folder of its own, and look at the earlier ones: with "
            "TensorBoard's and with these pages only the last is in view."
        ),
    )


def _error(training: RunView) -> Finding | None:
    return next((finding for finding in training.found if finding.severity == "error"), None)


def _title(number: int, failed: list[tuple[int, Finding]]) -> str:
    title = f"{number} trainings wrote into this folder, of which the last is judged by all rules"
    if not failed:
        return title
    at, error = failed[0]
    others = f", and so did {len(failed) - 1} more" if len(failed) > 1 else ""
    return f"{title}; training {at} failed{others}: {error.title}"


def _told(at: int, training: RunView) -> str:
    points = max(series.steps.size for series in training.scalars.values())
    named = [f"{finding.severity}: {finding.title}" for finding in training.found]
    return (
        f"training {at}: step {training.first_step} to {training.last_step}, {points} points; "
        + ("; ".join(named) or "no rule fired")
    )


RULE = Rule(
    name="several_trainings",
    title="Several trainings in one folder",
    needs=("scalars",),
    severity="warning",
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="2 trainings wrote into this folder, of which the last is judged by all rules",
    check=check,
)
