"""The layers of a Keras model, from the JSON that the TensorBoard callback writes as its graph."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

PLUGIN = "graph_keras_model"

Layer = dict[str, Any]

_INITIALIZERS = ("kernel_initializer", "bias_initializer")


def keras_layers(document: str) -> list[Layer]:
    """Return the layers in the model's order; none where the text is no such JSON.

    A layer has ``name`` (its path in the model), ``type`` (its class) and, as far as the model
    states them, ``activation``, ``trainable``, ``units``, ``filters``, ``kernel_size``, ``rate``,
    ``kernel_initializer``, ``bias_initializer``, ``input_shape``; of a dense layer that was built
    also ``parameters`` and ``output_shape``. Inputs are no layers, nor are models within models.
    """
    try:
        model = json.loads(document)
        return list(_walk(model, ""))
    except (ValueError, RecursionError):
        return []


def _walk(model: object, prefix: str) -> Iterator[Layer]:
    for entry in _listed(_object(_object(model).get("config")).get("layers")):
        config = _object(entry.get("config"))
        name, kind = config.get("name"), entry.get("class_name")
        if not isinstance(name, str) or not isinstance(kind, str):
            continue
        if "layers" in config:
            yield from _walk(entry, f"{prefix}{name}/")
        elif kind != "InputLayer":
            yield {"name": f"{prefix}{name}", "type": kind, **_stated(kind, entry, config)}


def _stated(kind: str, entry: Mapping[str, Any], config: Mapping[str, Any]) -> Layer:
    found: Layer = {}
    if isinstance(config.get("activation"), str):
        found["activation"] = config["activation"]
    if isinstance(config.get("trainable"), bool):
        found["trainable"] = config["trainable"]
    for name in ("units", "filters", "kernel_size", "rate"):
        if _is_size(config.get(name)):
            found[name] = config[name]
    for name in _INITIALIZERS:
        initializer = _object(config.get(name)).get("class_name")
        if isinstance(initializer, str):
            found[name] = initializer
    shape = _shape(_object(entry.get("build_config")).get("input_shape"))
    if shape is not None:
        found["input_shape"] = shape
        if kind == "Dense":
            found |= _dense(shape, config)
    return found


def _dense(shape: list[int | None], config: Mapping[str, Any]) -> Layer:
    """Count a dense layer's parameters: units * (features + 1), without a bias units * features."""
    units, features = config.get("units"), shape[-1]
    if type(units) is not int or features is None:
        return {}
    inputs = features + (config.get("use_bias") is not False)
    return {"parameters": units * inputs, "output_shape": [*shape[:-1], units]}


def _is_size(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(type(each) is int for each in value)
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _shape(value: object) -> list[int | None] | None:
    if not isinstance(value, list) or not value:
        return None
    return value if all(size is None or type(size) is int for size in value) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
