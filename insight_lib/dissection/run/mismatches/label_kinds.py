"""Losses of one label an example where there are several, and of several where there is one."""

from insight_lib.dissection.findings.finding import number
from insight_lib.dissection.run.data.kinds_of_labels import are_one_hot, is_multi_hot
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.mismatches.mismatch import (
    Mismatch,
    activation_to,
    also_activation,
    also_loss,
    loss_to,
)
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import CROSS_ENTROPIES, Loss
from insight_lib.dissection.run.view import RunView


def of_several_labels(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of what is for one label an example, where examples have several."""
    seen = labels(view)
    is_single = output.activation == "softmax" or loss.name in recorded_training.ONE_HOT_LOSSES
    if seen is None or not is_single or loss.name not in CROSS_ENTROPIES or not is_multi_hot(view):
        return None
    several = number(sum(seen.shares.values()))
    what = f"is for one label an example, of which {several} are set on average"
    advice = "use sigmoids with binary_crossentropy where an example has several labels or none."
    if output.activation == "sigmoid":
        change = loss_to(loss, "binary_crossentropy")
        return Mismatch("warning", what, advice, change, distorts=True)
    is_other = loss.name not in recorded_training.BINARY_LOSSES
    second = also_loss(loss, "binary_crossentropy", len(seen.shares)) if is_other else None
    change = activation_to(output, "sigmoid")
    return Mismatch("warning", what, advice, change, distorts=True, second=second)


def of_one_label(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a sigmoid for each class, where an example has one label."""
    if loss.name not in recorded_training.BINARY_LOSSES or not are_one_hot(view):
        return None
    if output.activation != "sigmoid" and not loss.from_logits:
        return None
    what = (
        f"gives a sigmoid for each class, but every example has one label: {loss.name} is mostly "
        "of the classes that it has not"
    )
    advice = "use categorical_crossentropy with a softmax: classes exclude each other."
    change, second = loss_to(loss, "categorical_crossentropy"), also_activation(output, "softmax")
    return Mismatch("warning", what, advice, change, second=second)
