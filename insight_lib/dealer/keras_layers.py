"""The layers of a Keras model, as both the configuration and the tracer name them."""

from collections.abc import Iterator

import keras

ACTIVATION_LAYERS = (
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Softmax,
)


def walk_layers(
    parent: keras.layers.Layer, prefix: str = ""
) -> Iterator[tuple[str, keras.layers.Layer]]:
    """Yield every layer below ``parent`` with its path, such as ``block/dense_1``.

    ``Model.layers`` leaves out what is inside a composite layer such as a recurrent one;
    ``_flatten_layers`` is what Keras itself uses to reach it.
    """
    for layer in parent._flatten_layers(include_self=False, recursive=False):
        name = f"{prefix}{layer.name}"
        yield name, layer
        yield from walk_layers(layer, f"{name}/")


def own_weights(layer: keras.layers.Layer) -> list[keras.Variable]:
    """List a layer's weights without those of the layers inside it."""
    inner = {id(weight) for _, child in walk_layers(layer) for weight in child.weights}
    return [weight for weight in layer.weights if id(weight) not in inner]


def named_weights(layer: keras.layers.Layer) -> list[tuple[str, keras.Variable]]:
    """List a layer's own weights, each with its own name: a second ``kernel`` is ``kernel_1``.

    The name is without the path of the layer that Keras may put before it.
    """
    seen: dict[str, int] = {}
    found = []
    for weight in own_weights(layer):
        name = weight.name.rpartition("/")[2]
        times = seen.get(name, 0)
        seen[name] = times + 1
        found.append((f"{name}_{times}" if times else name, weight))
    return found


def activation_name(layer: keras.layers.Layer) -> str | None:
    """Name a layer's activation function as Keras does (``relu``); None where it has none."""
    function = getattr(layer, "activation", None)
    if function is not None:
        return str(getattr(function, "__name__", type(function).__name__.lower()))
    if isinstance(layer, ACTIVATION_LAYERS):
        return type(layer).__name__.lower()
    return None


def output_shape(layer: keras.layers.Layer) -> tuple[int | None, ...] | None:
    """Return the shape of a layer's one output; None where it has several or was not called."""
    try:
        shape = layer.output.shape
    except (AttributeError, ValueError):
        return None
    return tuple(shape)


def input_name(tensor: keras.KerasTensor) -> str:
    """Name an input of a model as its input layer does; its own name is a number of the process."""
    history = getattr(tensor, "_keras_history", None)
    return str(tensor.name if history is None else history.operation.name)
