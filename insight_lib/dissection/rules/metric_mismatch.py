"""A metric that says nothing about what the loss trains.

**Looks for** an accuracy among the recorded metrics of a run whose loss is a distance (squared or
absolute error) and whose labels are not whole numbers, or spread over more than twenty.

**Why it matters** An accuracy counts predictions that equal the label: of a quantity it is near
zero however good the model. Read as a verdict it hides one that learns, or one that does not.

**What to do** Use the mean absolute error or R2 as the metric. If the labels are classes, make them
whole numbers and use a cross entropy.
"""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run import recorded_training
from insight_lib.dissection.run.labels import are_quantities, labels
from insight_lib.dissection.run.view import RunView


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the metrics."""
    loss, seen, metric = (
        recorded_training.loss(view),
        labels(view),
        recorded_training.accuracy(view),
    )
    if loss is None or seen is None or metric is None or not are_quantities(view):
        return
    yield Finding(
        severity="info",
        title=(
            f"The metric {metric} counts exact matches, but labels are quantities between "
            f"{number(seen.low)} and {number(seen.high)}"
        ),
        evidence={
            "metric": metric,
            "loss": loss.name,
            "label_min": seen.low,
            "label_max": seen.high,
        },
        advice="Use mean_absolute_error or R2Score as the metric.",
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
