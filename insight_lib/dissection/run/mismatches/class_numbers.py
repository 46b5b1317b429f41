"""Class numbers that one unit learns, as if they were a quantity or one of two classes."""

from insight_lib.dissection.run.curves.losses import accuracies
from insight_lib.dissection.run.data.kinds_of_labels import MOST_CLASSES, are_quantities
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.mismatches.mismatch import Mismatch, activation_to, also_loss
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import LINEAR, OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level

FEWEST_CLASSES = 3
"""Fewer are two classes, which one unit can distinguish."""
GOOD_ACCURACY = 0.5
"""An accuracy of less says that what is rounded is rarely the class."""


def of_class_numbers(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of one unit for several classes; how many it needs is another matter."""
    seen = labels(view)
    if seen is None or not (
        are_learnt_as_quantity(view, output, loss) or are_learnt_as_two(view, output, loss, seen)
    ):
        return None
    classes = classes_of(seen)
    what = f"gives one number, but labels are {classes} classes"
    advice = "use a softmax over one unit a class, with sparse_categorical_crossentropy."
    second = also_loss(loss, "sparse_categorical_crossentropy", classes)
    change = activation_to(output, "softmax")
    return Mismatch("warning", what, advice, change, learnt="warning", second=second)


def are_learnt_as_quantity(
    view: RunView,
    output: OutputLayer,
    loss: Loss,
    *,
    fewest_classes: int = FEWEST_CLASSES,
    good_accuracy: float = GOOD_ACCURACY,
) -> bool:
    """Return whether one unit learns class numbers by a distance, and misses them."""
    seen = labels(view)
    if seen is None or seen.classes is None or output.units != 1:
        return False
    is_distance = loss.name in recorded_training.DISTANCES and not are_quantities(view)
    reached = [end_level(accuracy.values) for accuracy in accuracies(view)]
    is_missed = bool(reached) and max(reached) < good_accuracy
    return is_distance and seen.classes >= fewest_classes and is_missed


def are_learnt_as_two(view: RunView, output: OutputLayer, loss: Loss, seen: Labels) -> bool:
    """Return whether one unit learns class numbers by a loss that takes 0 and 1, or reaches those.

    Whole numbers are classes before a sigmoid and under a binary cross entropy, and where an
    accuracy is recorded.
    """
    if output.units != 1 or seen.classes is None or seen.classes < FEWEST_CLASSES:
        return False
    if seen.low < 0 or seen.high - seen.low >= MOST_CLASSES:
        return False
    is_judged = recorded_training.accuracy(view) is not None
    if loss.name in recorded_training.BINARY_LOSSES:
        return output.activation != LINEAR or is_judged
    is_bounded = output.activation in {"sigmoid", "softmax", "tanh"}
    return loss.name in recorded_training.DISTANCES and is_bounded and is_judged


def classes_of(seen: Labels) -> int:
    """Return how many classes there are, numbered from 0."""
    return max(int(seen.high) + 1, seen.classes or 0)
