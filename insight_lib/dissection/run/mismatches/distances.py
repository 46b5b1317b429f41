"""Distances, and margins, of labels that are classes."""

from insight_lib.dissection.run.curves.losses import follows_moving_target
from insight_lib.dissection.run.data.kinds_of_labels import are_one_hot, are_zero_and_one
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.mismatches.mismatch import (
    Mismatch,
    activation_to,
    also_activation,
    also_loss,
    loss_to,
)
from insight_lib.dissection.run.mismatches.probabilities import PROBABILITIES
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import output_range
from insight_lib.dissection.run.recorded.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

_ONE_SIDED = frozenset({"relu", "relu6"})
_OF_TWO, _OF_SEVERAL = "binary_crossentropy", "categorical_crossentropy"
_OF_NUMBERS = "sparse_categorical_crossentropy"
_MARGINS = frozenset({"hinge", "squared_hinge"})


def of_distance(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a distance loss whose labels, or outputs, are classes."""
    if loss.name not in recorded_training.DISTANCES:
        return None
    is_two = output.units == 1 and are_zero_and_one(view)
    if output.activation in _ONE_SIDED and is_two:
        what = f"has no gradient at 0, and {loss.name} treats the classes 0 and 1 as quantities"
        advice = "use activation='sigmoid' with binary_crossentropy."
        change, second = activation_to(output, "sigmoid"), also_loss(loss, _OF_TWO, 2)
        return Mismatch("warning", what, advice, change, second=second)
    if output.activation in PROBABILITIES:
        return _of_class_probabilities(view, output, loss, is_class=is_two or are_one_hot(view))
    if follows_moving_target(view) or not (is_two or are_one_hot(view)):
        return None
    what = f"learns classes as if they were quantities, by {loss.name}"
    fitting = _OF_TWO if is_two else _OF_SEVERAL
    function = "sigmoid" if is_two else "softmax"
    advice = f"use {fitting} with activation={function!r}."
    second = also_activation(output, function)
    return Mismatch("warning", what, advice, loss_to(loss, fitting), second=second)


def _of_class_probabilities(
    view: RunView, output: OutputLayer, loss: Loss, *, is_class: bool
) -> Mismatch | None:
    seen = labels(view)
    if output.activation == "sigmoid" and not is_class:
        has_as_many = seen is not None and seen.classes is not None and seen.classes == output.units
        if not (has_as_many and seen is not None and (seen.low, seen.high) == (0, 1)):
            return None
    what = f"gives class probabilities; {loss.name} has a vanishing gradient where they are wrong"
    advice = "use a cross entropy if labels are classes, a linear output if they are quantities."
    fitting = _OF_TWO if output.units == 1 else _OF_SEVERAL
    is_one_of_several = output.activation == "sigmoid" and are_one_hot(view)
    second = also_activation(output, "softmax") if is_one_of_several else None
    return Mismatch("warning", what, advice, loss_to(loss, fitting), second=second)


def of_percentage(view: RunView, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a percentage of labels that reach 0, by which it divides."""
    seen = labels(view)
    if seen is None or not seen.low <= 0 <= seen.high or seen.low == seen.high:
        return None
    if loss.name != "mean_absolute_percentage_error":
        return None
    what = f"is compared with labels that reach 0 by {loss.name}, which divides by them"
    if are_zero_and_one(view):
        advice = "use binary_crossentropy with a sigmoid: 0 and 1 are classes."
        return Mismatch("warning", what, advice, loss_to(loss, _OF_TWO))
    advice = "use mean_absolute_error where labels may be 0 or change their sign."
    return Mismatch("warning", what, advice, loss_to(loss, "mean_absolute_error"))


def of_numbers_of_units(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a distance of class numbers from the probability of each class."""
    if loss.name not in recorded_training.DISTANCES or not are_numbers_of_units(view, output):
        return None
    what = f"gives a probability for each class; {loss.name} compares all with the class number"
    advice = "use sparse_categorical_crossentropy, which takes class numbers."
    return Mismatch("warning", what, advice, loss_to(loss, _OF_NUMBERS))


def are_numbers_of_units(view: RunView, output: OutputLayer) -> bool:
    """Return whether labels are class numbers, each of one of several units of probabilities."""
    seen = labels(view)
    if seen is None or seen.classes is None or output.units is None:
        return False
    is_of_classes = output.activation in PROBABILITIES
    return is_of_classes and 1 < seen.high < output.units and seen.low >= 0


def of_margin(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a hinge of two classes whose output never gets to -1."""
    reached = output_range(output.activation)
    if loss.name not in _MARGINS or reached is None or reached[0] <= -1:
        return None
    what = f"never gives -1, which {loss.name} asks of one of two classes"
    advice = "use activation='tanh' (or none); or keep a sigmoid, with binary_crossentropy."
    if are_one_hot(view):
        advice = "use categorical_crossentropy with a softmax: classes exclude each other."
        return Mismatch("warning", what, advice, loss_to(loss, _OF_SEVERAL))
    return Mismatch("warning", what, advice, activation_to(output, "tanh"))
