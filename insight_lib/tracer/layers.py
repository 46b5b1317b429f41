"""Which layers and tensors of a Keras model are traced, and under which names."""

from dataclasses import dataclass

import keras

from insight_lib.dealer.keras_layers import (
    ACTIVATION_LAYERS,
    activation_name,
    named_weights,
    walk_layers,
)


@dataclass(frozen=True)
class TracedLayer:
    """A layer whose tensors are traced.

    ``name`` is its path in the model (``block/dense_1``), ``weights`` its own floating weights by
    name, without those of the layers inside it; ``has_output`` whether its output is traced too.
    """

    name: str
    layer: keras.layers.Layer
    activation: str | None
    weights: tuple[tuple[str, keras.Variable], ...]
    has_output: bool

    @property
    def is_embedding(self) -> bool:
        """Return whether the layer looks up rows of a table."""
        return isinstance(self.layer, keras.layers.Embedding)


def traced_layers(model: keras.Model) -> list[TracedLayer]:
    """List the layers of a built Keras model that have weights or are activation functions."""
    found = (_traced(name, layer) for name, layer in walk_layers(model))
    return [layer for layer in found if layer.weights or layer.has_output]


def _traced(name: str, layer: keras.layers.Layer) -> TracedLayer:
    # A recurrent cell's outputs lie inside its layer's loop; the layer's output stands for them.
    is_cell = hasattr(layer, "state_size") and not isinstance(layer, keras.layers.RNN)
    is_hidden = is_cell or isinstance(layer, keras.Model)
    is_activation = isinstance(layer, ACTIVATION_LAYERS)
    return TracedLayer(
        name=name,
        layer=layer,
        activation=activation_name(layer),
        weights=tuple(_floating(named_weights(layer))),
        has_output=not is_hidden and (bool(layer.weights) or is_activation),
    )


def _floating(weights: list[tuple[str, keras.Variable]]) -> list[tuple[str, keras.Variable]]:
    return [each for each in weights if keras.backend.is_float_dtype(each[1].dtype)]
