"""Losses of probabilities after what gives none, gives them twice, or gives others."""

from insight_lib.dissection.run.mismatches.mismatch import Mismatch, activation_to, loss_to
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import LINEAR, OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import CROSS_ENTROPIES, Loss

PROBABILITIES = frozenset({"sigmoid", "softmax"})
_NO_PROBABILITIES = frozenset(
    {"linear", "relu", "relu6", "leaky_relu", "leakyrelu", "prelu", "elu", "selu", "gelu", "silu"}
    | {"swish", "tanh", "softsign", "mish"}
)
_OF_PROBABILITIES = CROSS_ENTROPIES | {"kl_divergence"}


def of_two_functions(output: OutputLayer) -> Mismatch | None:
    """Return the mismatch of a function of probabilities that is applied to probabilities."""
    if not {output.activation, output.activation_before} <= PROBABILITIES:
        return None
    what = f"applies {output.activation} to what is the output of {output.activation_before}"
    advice = "remove one of the two: the second one only sees numbers between 0 and 1."
    return Mismatch("warning", what, advice, activation_to(output, LINEAR), distorts=True)


def of_probabilities(output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a loss of probabilities that gets none, or gets them as logits."""
    if loss.name not in _OF_PROBABILITIES:
        return None
    if loss.from_logits and output.activation in PROBABILITIES:
        what = f"gives probabilities, and {loss.name} with from_logits=True takes them for logits"
        advice = "remove the activation, or remove from_logits=True from the loss."
        # Keras on TensorFlow finds the logits behind the activation and only warns.
        return Mismatch("warning", what, advice, activation_to(output, LINEAR))
    if loss.from_logits or output.activation not in _NO_PROBABILITIES:
        return None
    fitting = "sigmoid" if loss.name in recorded_training.BINARY_LOSSES else "softmax"
    what = f"does not give probabilities, but {loss.name} expects them and clips to 0..1"
    advice = f"use activation={fitting!r}, or give the loss from_logits=True and no activation."
    return Mismatch("error", what, advice, activation_to(output, fitting), learnt="warning")


def of_odd_pair(output: OutputLayer, loss: Loss) -> Mismatch | None:
    """Return the mismatch of a loss that trains, though it is not made for this output."""
    if output.activation == "sigmoid" and loss.name == "kl_divergence":
        what = f"gives independent sigmoids, which {loss.name} is least of where all are 1"
        return Mismatch("error", what, _SOFTMAX, activation_to(output, "softmax"), "warning")
    if output.activation == "sigmoid" and loss.name in recorded_training.CLASS_LOSSES:
        what = f"gives independent sigmoids, but {loss.name} expects probabilities that sum to 1"
        return Mismatch("warning", what, _SOFTMAX, activation_to(output, "softmax"), distorts=True)
    if output.activation == "softmax" and loss.name in recorded_training.BINARY_LOSSES:
        what = f"gives probabilities that sum to 1, but {loss.name} expects independent ones"
        advice = "use categorical_crossentropy with the softmax, or sigmoids where classes overlap."
        return Mismatch("warning", what, advice, loss_to(loss, "categorical_crossentropy"))
    return None


_SOFTMAX = "use a softmax; keep sigmoids, with binary_crossentropy, where classes overlap."
