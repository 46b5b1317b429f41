"""Features that are the same for every example.

**Looks for** an input whose features do not vary within any of at least {fewest_steps} traced
batches of {fewest_rows} examples or more: all of them, or at least {share:%}.

**Why it matters** A feature that does not vary carries no information. Where none varies every
example looks the same, and all that can be learnt is how frequent the classes are: an error where
the run did not learn, otherwise a warning. A part of them may be the rim of images or rare words: a
note.

**What to do** Look at a batch as the model gets it: an integer division, a wrong column, a scaler
fitted on something else, images read as zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, percent, series, share_confidence
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.inputs import Input, inputs
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When features are constant."""

    fewest_rows: int = threshold(10, source="In a smaller batch a rare value is easily absent.")
    share: float = threshold(0.5, source="Fewer are usual: the rim of images, rare words.")
    fewest_steps: int = threshold(
        3, least=1, source="A rare value may be absent from a batch or two by chance."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the input with the largest share of constant features."""
    seen = labels(view)
    if seen is None or seen.rows is None or seen.rows < limits.fewest_rows:
        return
    judged = [one for one in inputs(view) if np.isfinite(_shares(one)).sum() >= limits.fewest_steps]
    worst = max(judged, key=lambda one: float(np.nanmin(_shares(one))), default=None)
    if worst is not None and np.nanmin(_shares(worst)) >= limits.share:
        yield _finding(view, worst)


def _shares(one: Input) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return one["constant_features"] / one["features"]


def _severity(view: RunView, least: float) -> Severity:
    if least < 1:
        return "info"
    return "warning" if has_learnt(view) else "error"


def _finding(view: RunView, one: Input) -> Finding:
    shares = _shares(one)
    least, steps = float(np.nanmin(shares)), int(np.isfinite(shares).sum())
    return Finding(
        severity=_severity(view, least),
        title=(
            f"At least {percent(least)} of the features of input {one.name} are the same for all "
            f"examples of a batch, in all of {steps} traced batches"
        ),
        evidence={
            "input": one.name,
            "constant_share": least,
            "features": one.typical("features"),
            **series(f"input/{one.name}/constant_features", one.steps, one["constant_features"]),
        },
        advice=(
            f"Look at a batch of input {one.name} as the model gets it (integer division, wrong "
            "columns, a scaler of other data), and remove constant features."
        ),
        confidence=share_confidence(steps, steps),
    )


RULE = Rule(
    name="constant_inputs",
    title="Inputs that do not vary",
    needs=("traced inputs and labels",),
    severity="error",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "At least 100 % of the features of input x are the same for all examples of a batch, in "
        "all of 3 traced batches"
    ),
    check=check,
)
