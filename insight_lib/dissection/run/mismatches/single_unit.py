"""One output unit where the activation or the loss needs several."""

from insight_lib.dissection.run.data.kinds_of_labels import are_zero_and_one
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.mismatches.mismatch import (
    Mismatch,
    Second,
    activation_to,
    also_activation,
    also_loss,
    loss_to,
    units_to,
)
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import LINEAR, OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

_FOR = (
    "use one sigmoid unit with binary_crossentropy for two classes, a softmax over as many units "
    "as there are classes for more, a linear unit with mean_squared_error for a number."
)
_TWO = 2


def of_one_unit(view: RunView, output: OutputLayer, loss: Loss | None) -> Mismatch | None:
    """Return the mismatch of a single unit that cannot tell anything; None of any other."""
    if output.units != 1:
        return None
    if output.activation == "softmax":
        what = "gives 1 for every input: a softmax over one unit is constant"
        change = activation_to(output, _instead(view, loss))
        return Mismatch("error", what, _FOR, change, "error", second=_also(view, loss))
    return None if loss is None else _of_loss(view, output, loss)


def _of_loss(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    if loss.name in recorded_training.CLASS_LOSSES:
        what = f"has one class only, which {loss.name} compares with itself"
        return _of_classes(view, output, loss, what)
    if loss.name == "kl_divergence":
        what = f"gives one probability, and {loss.name} has no term for what is not of its class"
        return _of_classes(view, output, loss, what)
    if loss.name == "cosine_similarity":
        what = f"gives one number, of which {loss.name} sees the sign alone"
        change = loss_to(loss, "mean_squared_error")
        return Mismatch("warning", what, "use mean_squared_error for one number.", change)
    return None


def _of_classes(view: RunView, output: OutputLayer, loss: Loss, what: str) -> Mismatch:
    seen = labels(view)
    classes = None if seen is None else seen.classes
    is_several = classes is not None and classes > _TWO
    if is_several:
        return Mismatch("error", what, _FOR, units_to(output, classes or 0), "error")
    change = loss_to(loss, "binary_crossentropy")
    second = None if output.activation == "sigmoid" else also_activation(output, "sigmoid")
    return Mismatch("error", what, _FOR, change, "error", second=second)


def _also(view: RunView, loss: Loss | None) -> Second | None:
    """Return the loss as what to change with a softmax, where it is not made for two classes."""
    if loss is None or not are_zero_and_one(view):
        return None
    others = recorded_training.CLASS_LOSSES | recorded_training.DISTANCES
    return also_loss(loss, "binary_crossentropy", _TWO) if loss.name in others else None


def _instead(view: RunView, loss: Loss | None) -> str:
    """Return the activation of one unit in place of a softmax: linear where labels are numbers."""
    is_distance = loss is not None and loss.name in recorded_training.DISTANCES
    return LINEAR if is_distance and not are_zero_and_one(view) else "sigmoid"
