"""A metric that says nothing about what the loss trains.

**Looks for** an accuracy among the recorded metrics of a run whose loss is a distance (squared or
absolute error) and whose labels are quantities (no whole numbers, or over twenty apart, or neither
from 0 or 1 on nor about as frequent as each other); or Keras's ``accuracy`` of traced labels of
which an example has several, or none, or of classes coded as -1 and 1.

**Why it matters** An accuracy counts predictions that equal the label: of a quantity it is near
zero however good the model. Of several labels Keras compares which output is the largest with which
label comes first, which means nothing, and rises without anything learnt: no rule uses it. Of one
unit it compares labels with 0 and 1, so that the class -1 is never right. Read as
a verdict it hides a model that learns, or one that does not.

**What to do** Use the mean absolute error or R2 as the metric of quantities, ``BinaryAccuracy`` or
``AUC(multi_label=True)`` as that of several labels. If the labels are classes, make them whole
numbers and use a cross entropy.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.curves.losses import (
    OF_LARGEST_OUTPUT,
    OF_ZERO_AND_ONE,
    has_sides_for_binary_accuracy,
)
from insight_lib.dissection.run.data.kinds_of_labels import are_quantities, is_multi_hot
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the metrics."""
    loss, seen, metric = (
        recorded_training.loss(view),
        labels(view),
        recorded_training.accuracy(view),
    )
    if loss is None or seen is None or metric is None:
        return
    if is_multi_hot(view) and OF_LARGEST_OUTPUT.search(metric):
        several = number(sum(seen.shares.values()))
        what = (
            "compares the largest output with the first label, but examples have "
            f"{several} labels on average: it means nothing"
        )
        yield _finding(metric, what, loss, seen, "Use BinaryAccuracy or AUC(multi_label=True).")
    elif has_sides_for_binary_accuracy(view) and OF_ZERO_AND_ONE.search(metric):
        what = (
            f"compares labels of {number(seen.low)} and {number(seen.high)} with 0 and 1: the "
            f"class {number(seen.low)} is never counted as right"
        )
        yield _finding(
            metric, what, loss, seen, "Code the classes as 0 and 1, as Keras's hinges take them."
        )
    elif are_quantities(view):
        ends = f"{number(seen.low)} and {number(seen.high)}"
        what = f"counts exact matches, but labels are quantities between {ends}"
        yield _finding(metric, what, loss, seen, "Use mean_absolute_error or R2Score as metric.")


def _finding(metric: str, what: str, loss: Loss, seen: Labels, advice: str) -> Finding:
    return Finding(
        severity="info",
        title=f"The metric {metric} {what}",
        evidence={
            "metric": metric,
            "loss": loss.name,
            "label_min": seen.low,
            "label_max": seen.high,
        },
        advice=advice,
    )


RULE = Rule(
    name="metric_mismatch",
    title="Metric and labels do not fit",
    needs=("the recorded loss and metrics", "traced labels"),
    severity="info",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "The metric accuracy counts exact matches, but labels are quantities between 0.2 and 9.9"
    ),
    check=check,
)
