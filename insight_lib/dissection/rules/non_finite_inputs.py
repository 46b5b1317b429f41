"""Inputs that hold NaN or infinities.

**Looks for** an input with NaN or infinite elements in a traced batch.

**Why it matters** One NaN among the inputs makes the output, the loss, the gradient and with the
next update every weight NaN. Where the loss or a weight ends so it is an error; where none does, a
masking layer may expect such elements: a warning.

**What to do** Look where the preprocessing divides by zero or takes the logarithm of zero, and
replace what is missing (by the mean of the feature, with a further feature that says so) or leave
such examples out.
"""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.findings.finding import Finding, percent, series
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.data.inputs import Input, inputs
from insight_lib.dissection.run.learning import is_lost
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the input with the most batches that are not finite."""
    broken = [one for one in inputs(view) if (one["nonfinite"] > 0).any()]
    if broken:
        worst = max(broken, key=lambda one: int((one["nonfinite"] > 0).sum()))
        yield _finding(view, worst)


def _finding(view: RunView, one: Input) -> Finding:
    counts = one["nonfinite"]
    judged, bad = np.isfinite(counts), counts > 0
    share = float(bad.sum() / judged.sum())
    steps = one.steps[bad]
    return Finding(
        severity="error" if is_lost(view) else "warning",
        title=(
            f"Input {one.name} contains NaN or infinities in {percent(share)} of the traced "
            "batches, "
            f"first at step {int(steps[0])}"
        ),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        # Such a batch may have come before, and was not traced.
        origin_step=view.first_step,
        evidence={
            "input": one.name,
            "first_step": int(steps[0]),
            "batches": int(bad.sum()),
            "traced_batches": int(judged.sum()),
            **series(f"input/{one.name}/nonfinite", one.steps, counts),
        },
        advice=(
            f"Find what makes elements of input {one.name} NaN or infinite (a division by zero, a "
            "logarithm, missing values) and replace them, or leave such examples out."
        ),
    )


RULE = Rule(
    name="non_finite_inputs",
    title="Inputs not finite",
    needs=("traced inputs",),
    severity="error",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="Input x contains NaN or infinities in 66 % of the traced batches, first at step 1",
    check=check,
)
