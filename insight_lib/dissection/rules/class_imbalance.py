"""One class is far more frequent than another.

**Looks for** a most frequent class with more than {ratio} times the examples of the rarest, in the
recorded data or in the traced labels.

**Why it matters** A model that always answers with the most frequent class has that class's share
as its accuracy, so that an accuracy says little, and the gradient is nearly all that class's. A
healthy run may look so, which is why this is a note; a warning where neither the accuracy nor a
cross entropy got better than what the shares of the classes give by {gain:%}, of the room above it,
and examples were not weighted, which trades accuracy for the rare class.

**What to do** Judge by the AUC, average precision or the recall of each class, weigh the classes
(``class_weight``) or sample the rare one more often, and compare each accuracy with the share.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, percent
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import accuracies, training_loss
from insight_lib.dissection.run.data.kinds_of_labels import class_shares
from insight_lib.dissection.run.data.label_weights import label_weights
from insight_lib.dissection.run.guessing.constant_answer import entropy
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """When classes are out of balance."""

    ratio: float = threshold(10.0, source="SageMaker Debugger: ten to one.")
    gain: float = threshold(
        0.05,
        source="What memorising a few examples gains, of the room above guessing and of its loss.",
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the classes."""
    shares = [share for share in class_shares(view) if share > 0]
    if len(shares) < 2 or max(shares) <= limits.ratio * min(shares):
        return
    largest, rarest = max(shares), min(shares)
    yield Finding(
        severity="warning" if _says_only_the_largest(view, shares, limits) else "info",
        title=(
            f"The most frequent of {len(shares)} classes has {percent(largest)} of the examples, "
            f"{number(largest / rarest)} times the rarest"
        ),
        evidence={
            "classes": len(shares),
            "largest_share": largest,
            "smallest_share": rarest,
            "accuracy_at_end": next((end_level(a.values) for a in accuracies(view)), None),
        },
        advice=(
            f"Judge by the AUC or the recall of each class{_weigh(view)}; always predicting the "
            f"largest class gives an accuracy of {percent(largest)}."
        ),
    )


def _weigh(view: RunView) -> str:
    if label_weights(view) is not None:
        return ""
    return ", and weight the classes (class_weight) or sample the rare one more often"


def _says_only_the_largest(view: RunView, shares: list[float], limits: Thresholds) -> bool:
    """Return whether accuracy and cross entropy end no better than guessing by the shares."""
    loss, recorded = training_loss(view), recorded_training.loss(view)
    if loss is None or recorded is None or recorded.name not in _judged_losses(len(shares)):
        return False
    if recorded_layers.is_regularised(view) or label_weights(view) is not None:
        return False
    limit = max(shares) + limits.gain * (1 - max(shares))
    found = [end_level(accuracy.values) for accuracy in accuracies(view)]
    guessing = entropy(np.array(shares))
    is_no_better = end_level(loss.series.values) >= (1 - limits.gain) * guessing
    return bool(found) and max(found) <= limit and is_no_better


def _judged_losses(classes: int) -> frozenset[str]:
    """Return the losses that equal the entropy of the class shares for a model that guesses."""
    return recorded_training.CLASS_LOSSES | (
        recorded_training.BINARY_LOSSES if classes == 2 else frozenset()
    )


RULE = Rule(
    name="class_imbalance",
    title="Imbalanced classes",
    needs=("a recorded class balance, or traced labels",),
    severity="warning",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The most frequent of 2 classes has 98 % of the examples, 49 times the rarest",
    check=check,
)
