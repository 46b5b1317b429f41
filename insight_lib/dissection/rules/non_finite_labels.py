"""Labels that hold NaN or infinities.

**Looks for** NaN or infinite elements among the labels of a traced batch.

**Why it matters** One NaN among the labels makes the loss of its batch NaN, with it the gradient
and, with the next update, every weight; inputs and layers are as they should be until then. Where
the loss or a weight ends so it is an error; where none does, a loss or sample weights may mask such
labels: a warning.

**What to do** Leave examples without a label out before the training, or mask them in the loss by a
sample weight of 0 and a finite label. Look for missing values in the label's column and for
logarithms and divisions of zero in what computes it.
"""

from collections.abc import Iterator

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.dissection.findings.finding import Finding, percent, series
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.learning import is_lost
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.series import Series

_PREFIX, _SUFFIX = "label/", "nonfinite"


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the labels with the most batches that are not finite."""
    broken = {
        tag: one
        for (_, tag), one in view.scalars.items()
        if tag.startswith(_PREFIX) and tag.endswith(_SUFFIX) and (one.values > 0).any()
    }
    if broken:
        tag = max(sorted(broken), key=lambda tag: int((broken[tag].values > 0).sum()))
        yield _finding(view, tag, broken[tag])


def _finding(view: RunView, tag: str, counts: Series) -> Finding:
    bad = counts.values > 0
    judged = int(np.isfinite(counts.values).sum())
    steps: Integers = counts.steps[bad]
    output = tag.removeprefix(_PREFIX).removesuffix(_SUFFIX).rstrip("/")
    of_output = f" of output {output}" if output else ""
    return Finding(
        severity="error" if is_lost(view) else "warning",
        title=(
            f"The labels{of_output} contain NaN or infinities in {percent(bad.sum() / judged)} of "
            f"the traced batches, first at step {int(steps[0])}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        # Such a batch may have come before, and was not traced.
        origin_step=view.first_step,
        evidence={
            "first_step": int(steps[0]),
            "batches": int(bad.sum()),
            "traced_batches": judged,
            "labels_at_first_step": float(counts.values[bad][0]),
            **series(tag, counts.steps, counts.values),
        },
        advice=(
            f"Leave examples whose label{of_output} is missing or infinite out before the "
            "training, or give them a finite label and a sample weight of 0; look for missing "
            "values, logarithms and divisions of zero where labels are made."
        ),
    )


RULE = Rule(
    name="non_finite_labels",
    title="Labels not finite",
    needs=("traced labels",),
    severity="error",
    fault_type=FaultType.LABELS,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=("The labels contain NaN or infinities in 66 % of the traced batches, first at step 1"),
    check=check,
)
