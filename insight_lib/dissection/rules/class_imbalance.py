"""One class is far more frequent than another.

**Looks for** a most frequent class with more than ten times the examples of the rarest, in the
recorded data or, of two classes, in the traced labels.

**Why it matters** A model that always answers with the most frequent class has that class's share
as its accuracy, so that an accuracy says little, and the gradient is nearly all that class's. A
healthy run may look so, which is why this is a note.

**What to do** Judge by the AUC, average precision or the recall of each class, weigh the classes
(``class_weight``) or sample the rare one more often, and compare each accuracy with the share.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.facts import Fact, finding
from insight_lib.dissection.finding import Finding, number, percent
from insight_lib.dissection.labels import class_shares
from insight_lib.dissection.losses import accuracies, end_level
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import RunView


@dataclass(frozen=True)
class Thresholds:
    """When classes are out of balance."""

    # SageMaker Debugger: ten to one.
    ratio: float = 10.0


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the classes."""
    shares = [share for share in class_shares(view) if share > 0]
    if len(shares) < 2 or max(shares) <= limits.ratio * min(shares):
        return
    largest, rarest = max(shares), min(shares)
    fact = Fact(
        "info",
        f"The most frequent of {len(shares)} classes has {percent(largest)} of the examples, "
        f"{number(largest / rarest)} times the rarest",
        "Judge by the AUC or the recall of each class, and weigh the classes (class_weight) or "
        f"sample the rare one more often; an accuracy of {percent(largest)} needs no model.",
        {
            "classes": len(shares),
            "largest_share": largest,
            "smallest_share": rarest,
            "accuracy_at_end": next((end_level(a.values) for a in accuracies(view)), None),
        },
    )
    yield finding(view, RULE.name, fact)


RULE = Rule(
    name="class_imbalance",
    title="Classes out of balance",
    needs=("a recorded class balance, or traced labels of two classes",),
    severity="info",
    documentation=__doc__,
    thresholds=Thresholds(),
    check=check,
)
