"""Few training examples for the number of classes or features.

**Looks for** recorded training data with fewer than {a_class} examples a class, or fewer than
{a_feature} a feature.

**Why it matters** So few examples are easily memorised, and a validation set cut from them is too
small to show it. Small data may still do, which is why this is a note.

**What to do** Get or generate more examples, start from a model trained on other data, use a
smaller or a linear model, and judge by cross-validation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How many examples are few, by rules of thumb of statistics textbooks."""

    a_class: float = threshold(
        30.0, source="From there on a mean is usually taken to be normally distributed."
    )
    a_feature: float = threshold(
        10.0, source="Harrell, Regression Modeling Strategies (2015), 4.4: 10 to 20 a predictor."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the training data."""
    rows = recorded_training.rows(view)
    if rows is None or rows <= 0:
        return
    of_each = {
        "class": (recorded_training.classes(view), limits.a_class),
        "feature": (recorded_training.features(view), limits.a_feature),
    }
    few = [
        f"{number(rows / number_of)} per {name}"
        for name, (number_of, least) in of_each.items()
        if number_of and rows < least * number_of
    ]
    if not few:
        return
    yield Finding(
        severity="info",
        title=f"There are {rows} training examples, {' and '.join(few)}",
        evidence={
            "rows": rows,
            "classes": recorded_training.classes(view),
            "features": recorded_training.features(view),
        },
        advice=(
            "Get more examples, start from a model trained on other data or use a smaller model, "
            "and judge by cross-validation."
        ),
    )


RULE = Rule(
    name="few_examples",
    title="Few examples",
    needs=("recorded training data",),
    severity="info",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="There are 4 training examples, 2 per class and 2 per feature",
    check=check,
)
