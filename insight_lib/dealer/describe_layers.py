"""A Keras model's layers for its recorded configuration."""

from collections.abc import Iterator
from typing import Any

import keras

from insight_lib.dealer.config import LayerConfig, Shape
from insight_lib.dealer.keras_graph import LayerGraph
from insight_lib.dealer.keras_layers import (
    activation_name,
    input_name,
    named_weights,
    output_shape,
    walk_layers,
)
from insight_lib.dealer.keras_to_json import attempt, name_of, named, plain
from insight_lib.dealer.layer_terms import ELSEWHERE, MADE_BY, elements

Topology = tuple[tuple[LayerConfig, ...], tuple[str | None, ...] | None]
"""The layers, and the names of those that give the outputs."""


def describe_topology(model: keras.Model) -> Topology:
    """Describe the layers, and name those that give the outputs; null where that is not known.

    Inputs are no layers here, nor are models within the model.
    """
    aside = (keras.Model, keras.layers.InputLayer)
    layers = [(name, layer) for name, layer in walk_layers(model) if not isinstance(layer, aside)]
    paths = {id(layer): name for name, layer in layers}
    graph = attempt(lambda: LayerGraph(model, paths), None)
    feeding = graph.feeding if graph and graph.feeding else {}
    described = tuple(_describe(name, layer, feeding.get(name)) for name, layer in layers)
    return described, graph.outputs if graph else None


def describe_inputs(model: keras.Model) -> dict[str, Shape | None] | None:
    """Return the shape of each input by its name; None of a model that does not know them."""
    inputs = model.inputs if model.built else None
    if not isinstance(inputs, (list, tuple)) or not inputs:
        return None
    return {input_name(each): _shape(each.shape) for each in inputs}


def _describe(name: str, layer: keras.layers.Layer, inputs: tuple[str, ...] | None) -> LayerConfig:
    weights = attempt(lambda: _weights(layer), None)
    return LayerConfig(
        name=name,
        type=type(layer).__name__,
        activation=attempt(lambda: activation_name(layer), None),
        parameters=elements(weights.values()) if layer.built and weights is not None else None,
        trainable=bool(layer.trainable),
        output_shape=attempt(lambda: _shape(output_shape(layer)), None),
        units=_size(layer, "units"),
        filters=_size(layer, "filters"),
        weights={each: shape for each, shape in (weights or {}).items() if shape is not None},
        initializers=attempt(lambda: dict(_made_by(layer, "initializer")), {}),
        regularizers=attempt(lambda: dict(_made_by(layer, "regularizer")), {}),
        inputs=inputs,
        settings=attempt(lambda: _settings(layer), {}),
    )


def _weights(layer: keras.layers.Layer) -> dict[str, Shape | None]:
    return {name: _shape(weight.shape) for name, weight in named_weights(layer)}


def _shape(shape: Any) -> Shape | None:  # noqa: ANN401 - a tuple, or what a backend has for one
    if shape is None:
        return None
    return tuple(None if size is None else int(size) for size in shape)


def _size(layer: keras.layers.Layer, name: str) -> int | None:
    size = attempt(lambda: getattr(layer, name, None), None)
    return size if type(size) is int else None


def _made_by(layer: keras.layers.Layer, role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a layer holds of initializers or regularizers, by the weight's name."""
    for attribute, value in vars(layer).items():
        match = MADE_BY.fullmatch(attribute)
        if match and match[2] == role and value is not None:
            yield match[1], _maker(value)


def _maker(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an object, a function or a name
    if isinstance(value, str):
        return named(value, {})
    get_config = getattr(value, "get_config", dict)
    return named(name_of(value), attempt(get_config, {}))


def _settings(layer: keras.layers.Layer) -> dict[str, Any]:
    """Return a layer's other settings; layers inside of it are described on their own."""
    found = {}
    for name, value in layer.get_config().items():
        is_layer = (
            isinstance(value, dict)
            and isinstance(value.get("config"), dict)
            and (str(value.get("module")).startswith("keras.layers") or "layers" in value["config"])
        )
        if value is None or is_layer or name in ELSEWHERE or MADE_BY.fullmatch(name):
            continue
        found[name] = plain(value)
    return {**found, "dtype": str(layer.dtype_policy.name)}
