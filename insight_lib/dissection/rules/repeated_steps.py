"""Steps that were written again: a restart that lost progress, or a folder used by two runs.

**Looks for** points of a series that goes back in step, which a later point of the same step, or of
an earlier one, supersedes. The series with the most of them is named. Where other series have
points between these steps, one more must go back with it. A step written twice in a row is no
restart: some trainers log so at each evaluation.

**Why it matters** The training went back and did the same steps again: the time between its last
checkpoint and its end was lost. Or two runs wrote into one folder, and the curves are a mixture of
both. Both happen in healthy runs, which is why this is a note.

**What to do** Save checkpoints more often, and with them the optimizer's state and the step; give
each run its own folder.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding, percent
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Key


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the series with the most repeated points."""
    again = view.superseded
    most = max(sorted(again), key=lambda key: again[key].size, default=None)
    if most is None:
        return
    if len(again) > 1 or not _others_went_on(view, most):
        yield _finding(view, most)


def _others_went_on(view: RunView, key: Key) -> bool:
    """Return whether another series was written between the repeated steps of one."""
    first, last = view.superseded[key][[0, -1]]
    others = [series.steps for other, series in view.scalars.items() if other != key]
    return any(((steps >= first) & (steps <= last)).any() for steps in others)


def _finding(view: RunView, key: Key) -> Finding:
    steps = view.superseded[key]
    kept = view.scalars[key].steps.size if key in view.scalars else 0
    name = "/".join(part for part in key if part != ".")
    first, last = int(steps[0]), int(steps[-1])
    return Finding(
        severity="info",
        title=(
            f"{steps.size} points of {name} were written again, between step {first} and step "
            f"{last}: {percent(steps.size / (steps.size + kept))} of all written points"
        ),
        first_step=first,
        last_step=last,
        evidence={
            "series": name,
            "repeated_points": int(steps.size),
            "kept_points": kept,
            "series_with_repeated_points": len(view.superseded),
        },
        advice=(
            "If the training was restarted, save checkpoints more often, with the optimizer and "
            "the step; if two runs wrote here, give each its own folder."
        ),
    )


RULE = Rule(
    name="repeated_steps",
    title="Steps written again",
    needs=("scalars",),
    severity="info",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "2 points of train/loss were written again, between step 2 and step 3: 33 % of all written "
        "points"
    ),
    check=check,
)
