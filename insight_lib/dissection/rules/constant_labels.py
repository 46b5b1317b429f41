"""Every label is the same.

**Looks for** traced labels that are the same number, class or row in every example of every traced
batch, of {min_examples} examples at least and under a recorded loss that compares them with the
output. A run that follows a moving target is left out: each of its steps may have its own labels.

**Why it matters** The model learns to give that answer whatever it is asked: the loss falls, the
accuracy is perfect, and nothing of the inputs was looked at. It is an error under a loss of
classes. Of a distance it is a warning and, where every label is 0, a note: a residual that should
vanish is trained so.

**What to do** Look at how the labels were made: a column that was joined or cut wrongly, a filter
that left one class, a comparison that is always true, an encoder that was fitted on other data.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import follows_moving_target
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_OF_CLASSES = (
    recorded_training.BINARY_LOSSES | recorded_training.CLASS_LOSSES | recorded_training.HINGES
)
_COMPARING = _OF_CLASSES | recorded_training.DISTANCES | {"poisson", "kl_divergence"}
# A column whose numbers are all alike spreads by no more than the rounding of their mean.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Thresholds:
    """How many labels must have been seen."""

    min_examples: int = threshold(
        20, source="Of a class that one example in five has, so many miss it once in a hundred."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the labels."""
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or seen is None or loss.name not in _COMPARING or follows_moving_target(view):
        return
    examples = round((seen.rows or 1) * seen.steps.size)
    if examples < limits.min_examples or not _are_constant(seen):
        return
    yield Finding(
        severity=_severity(loss.name, seen),
        title=(
            f"Every label is {_said(seen)}, in all {examples} examples of {seen.steps.size} traced "
            "batches"
        ),
        first_step=int(seen.steps[0]),
        last_step=int(seen.steps[-1]),
        evidence={
            "label_min": seen.low,
            "label_max": seen.high,
            "label_mean": seen.mean,
            "examples": examples,
            **series("label mean", seen.steps, seen.means),
        },
        advice=(
            "Look at how the labels were made (a filter that left one class, a comparison that is "
            "always true, a wrong column), and count each class before training."
        ),
        confidence=share_confidence(examples, examples),
    )


def _are_constant(seen: Labels) -> bool:
    if seen.low == seen.high:
        return True
    if seen.shares:
        return all(share in (0.0, 1.0) for share in seen.shares.values())
    is_told = seen.variance is not None and seen.rows is not None and seen.rows > 1
    return is_told and float(np.sqrt(seen.variance or 0.0)) <= _ROUNDING * (seen.high - seen.low)


def _said(seen: Labels) -> str:
    if seen.low == seen.high:
        return number(seen.low)
    ones = [str(name) for name, share in seen.shares.items() if share == 1]
    return f"class {ones[0]}" if len(ones) == 1 else "the same row"


def _severity(loss: str, seen: Labels) -> Severity:
    if loss in _OF_CLASSES:
        return "error"
    return "info" if seen.low == seen.high == 0 else "warning"


RULE = Rule(
    name="constant_labels",
    title="Labels that are all the same",
    needs=("traced labels", "the recorded loss"),
    severity="error",
    fault_type=FaultType.LABELS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="Every label is 1, in all 96 examples of 3 traced batches",
    check=check,
)
