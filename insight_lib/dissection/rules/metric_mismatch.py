"""A metric that says nothing about what the loss trains.

**Looks for** an accuracy among the recorded metrics of a run whose loss is a distance (squared or
absolute error) and whose labels are not whole numbers.

**Why it matters** An accuracy counts predictions that equal the label: of a quantity it is near
zero however good the model. Read as a verdict it hides one that learns, or one that does not.

**What to do** Use the mean absolute error or R2 as the metric. If the labels are classes, make them
whole numbers and use a cross entropy.
"""

from collections.abc import Iterator

from insight_lib.dissection import recorded
from insight_lib.dissection.facts import Fact, finding
from insight_lib.dissection.finding import Finding, number
from insight_lib.dissection.labels import labels
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.view import RunView


def check(view: RunView, limits: NoThresholds) -> Iterator[Finding]:  # noqa: ARG001 - all rules'
    """Yield one finding on the metrics."""
    loss, seen = recorded.loss(view), labels(view)
    named = [name for name in recorded.metrics(view) if "accuracy" in name or name == "acc"]
    if loss is None or seen is None or seen.classes is not None or not named:
        return
    if loss.name not in recorded.DISTANCES:
        return
    fact = Fact(
        "info",
        f"The metric {named[0]} counts exact hits, of labels that are quantities between "
        f"{number(seen.low)} and {number(seen.high)}",
        "Use mean_absolute_error or R2Score as the metric.",
        {"metric": named[0], "loss": loss.name, "label_min": seen.low, "label_max": seen.high},
    )
    yield finding(view, RULE.name, fact)


RULE = Rule(
    name="metric_mismatch",
    title="Metric and labels do not fit",
    needs=("the recorded loss and metrics", "traced labels"),
    severity="info",
    documentation=__doc__,
    thresholds=NoThresholds(),
    check=check,
)
