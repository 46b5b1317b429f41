"""The metrics of a step do not count the rows that were read for it.

**Looks for** a step whose score histograms hold another number of examples than table
``predictions``.

**Why it matters** Metrics come from the histograms: those of such a step are not of the predictions
that the lake holds. It is no fault of the training but of the lake, and ought not to happen.

**What to do** Rebuild the lake from the files, and report it with the evidence below.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.sample_faults import find_sample_faults
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on all steps whose counts disagree."""
    found = find_sample_faults(view, lambda samples: samples.rows != samples.counted)
    if found is None:
        return
    rows, counted = found.samples.rows[found.place], found.samples.counted[found.place]
    yield Finding(
        severity="error",
        title=f"The metrics count {counted} examples, but {rows} were read, in {found.words}",
        first_step=min(found.steps),
        last_step=max(found.steps),
        evidence={
            "steps": found.listed,
            "steps_that_disagree": len(found.places),
            "rows_read": int(rows),
            "examples_counted": int(counted),
        },
        advice=(
            "Ingest the prediction files into a new lake, and do not use the metrics of these "
            "steps until then."
        ),
    )


RULE = Rule(
    name="uncounted_examples",
    title="Metrics and predictions count different examples",
    needs=("predictions",),
    severity="error",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="The metrics count 99 examples, but 100 were read, in step 1 of split validation",
    check=check,
)
