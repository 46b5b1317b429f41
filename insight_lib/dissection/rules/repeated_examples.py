"""The same example was evaluated more than once in a step.

**Looks for** an example_id that occurs more than once in the predictions of one step and split. Ids
that are no more than row numbers are not judged.

**Why it matters** Evaluation that runs next to the training repeats examples when a worker is
restarted or a queue is read twice. Every row counts in the metrics, so repeated examples weigh more
than the others, and the standard error is too small, since it takes rows to be independent.

**What to do** Let the evaluation read its data once and from the start in each step, write one file
a step, and write it again as a whole where a part was repeated.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.sample_faults import find_sample_faults
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on all steps with an example that was evaluated again."""
    found = find_sample_faults(view, lambda samples: samples.repeated > 0)
    if found is None:
        return
    repeated, rows = found.samples.repeated[found.place], found.samples.rows[found.place]
    example = found.samples.examples[found.place]
    yield Finding(
        severity="warning",
        title=f"{repeated} of {rows} rows repeat an example, in {found.words}",
        first_step=min(found.steps),
        last_step=max(found.steps),
        evidence={
            "steps": found.listed,
            "steps_with_repeated_examples": len(found.places),
            "repeated_rows": sum(int(each.repeated.sum()) for each in view.samples.values()),
            "an_example": example,
        },
        advice=(
            "Read the evaluation data once and from the start in each step, and write the "
            f"predictions of these steps again; example {example}, for instance, occurs more than "
            "once."
        ),
    )


RULE = Rule(
    name="repeated_examples",
    title="Examples evaluated more than once",
    needs=("predictions with an example_id",),
    severity="warning",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="1 of 101 rows repeat an example, in step 1 of split validation",
    check=check,
)
