"""What to change of one layer: its initialiser, its activation function or its units."""

from collections.abc import Sequence

from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import RELU_LIKE
from insight_lib.dissection.run.recorded.recorded_layers import only_source, recorded_layers
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

# Keras's schemes that draw by the shape of a kernel.
_BY_SHAPE = frozenset(
    f"{scheme}{kind}" for scheme in ("Glorot", "He", "Lecun") for kind in ("Normal", "Uniform")
) | {"Orthogonal"}
_MOST_NAMED = 4
_HE = frozenset({"HeNormal", "HeUniform"})
_ZEROS = "Zeros"
_FUNCTIONS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})
# What may lie between a layer and its activation function.
_BETWEEN = frozenset({"BatchNormalization", "LayerNormalization", "Dropout"})


def function_of(view: RunView, tensor: TensorSeries) -> str | None:
    """Return the activation function that a layer's output goes through; None if not known.

    That of a layer of its own, as ``Activation("relu")``, counts for the layer below it.
    """
    layers = recorded_layers(view)
    own = tensor.activation or layers.get(tensor.layer, {}).get("activation")
    if own not in (None, "linear"):
        return str(own)
    name = tensor.layer
    for _ in layers:
        above = [key for key, layer in layers.items() if only_source(layer) == name]
        layer = layers[above[0]] if len(above) == 1 else {}
        if layer.get("type") in _FUNCTIONS:
            return str(layer.get("activation") or layer.get("type")).lower()
        if layer.get("type") not in _BETWEEN:
            break
        name = above[0]
    return own


def initialiser(view: RunView, layer: str, tensor: str) -> str | None:
    """Return the class of the initialiser that is recorded of a layer's tensor; None of none."""
    recorded = recorded_layers(view).get(layer, {}).get("initializers")
    one = recorded.get(tensor) if isinstance(recorded, dict) else None
    name = one.get("name") if isinstance(one, dict) else None
    return name if isinstance(name, str) else None


def draw_by_shape(view: RunView, tensor: TensorSeries) -> Remedy:
    """Return the change to an initialiser that draws a tensor by its shape."""
    new = "he_normal" if function_of(view, tensor) in RELU_LIKE else "glorot_uniform"
    if tensor.tensor == "recurrent_kernel":
        new = "orthogonal"
    old = initialiser(view, tensor.layer, tensor.tensor)
    return remedy(f"{tensor.tensor}_initializer", new, old=old, layer=tensor.layer)


def usual_start(view: RunView, layer: str, scheme: str) -> Remedy | None:
    """Return the change of a layer's initialisers to a bias of zeros and a kernel of a scheme.

    None where they are recorded and as they should be, or not recorded.
    """
    bias, kernel = (initialiser(view, layer, tensor) for tensor in ("bias", "kernel"))
    if bias not in (None, _ZEROS):
        return remedy("bias_initializer", "zeros", old=bias, layer=layer)
    if kernel is None or kernel in _BY_SHAPE:
        return None
    return remedy("kernel_initializer", scheme, old=kernel, layer=layer)


def begins_by_shape(view: RunView, layer: str) -> bool:
    """Return whether a layer is recorded to begin as is usual: drawn by its shape, its bias 0."""
    bias, kernel = (initialiser(view, layer, tensor) for tensor in ("bias", "kernel"))
    return kernel in _BY_SHAPE and bias in (None, _ZEROS)


def he_normal(view: RunView, layer: str) -> Remedy:
    """Return the change of a layer's kernel to one that is drawn as is best under ReLU."""
    old = initialiser(view, layer, "kernel")
    return remedy("kernel_initializer", "he_normal", old=old, layer=layer)


def begins_by_he(view: RunView, layer: str) -> bool:
    """Return whether a layer is recorded to begin as is best under ReLU."""
    return initialiser(view, layer, "kernel") in _HE


def output_function(view: RunView) -> str | None:
    """Return the activation function that the recorded loss asks for; None if not known."""
    loss = recorded_training.loss(view)
    if loss is None:
        return None
    if loss.name in recorded_training.DISTANCES or loss.from_logits:
        return "linear"
    if loss.name in recorded_training.BINARY_LOSSES:
        return "sigmoid"
    return "softmax" if loss.name in recorded_training.CLASS_LOSSES else None


def named_layers(layers: Sequence[str], own: str) -> str:
    """Return layers as part of a sentence on one of them; of very many, the first and that one.

    >>> named_layers(["a"], "a"), named_layers(["a", "b", "c"], "b")
    ('layer a', 'layers a, b and c')
    >>> named_layers(["a", "b", "c", "d", "e", "f"], "f")
    'layers a, b, c, f and 2 more'
    """
    if len(layers) == 1:
        return f"layer {layers[0]}"
    if len(layers) <= _MOST_NAMED:
        return f"layers {', '.join(layers[:-1])} and {layers[-1]}"
    first = list(layers[:_MOST_NAMED])
    shown = first if own in first else [*first[:-1], own]
    return f"layers {', '.join(shown)} and {len(layers) - len(shown)} more"
