"""The layers of a Keras model, from the JSON that the TensorBoard callback writes as its graph."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from insight_lib.dealer.layer_terms import ELSEWHERE, MADE_BY, MAX_LIST, elements

PLUGIN = "graph_keras_model"

Layer = dict[str, Any]

_ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})
# What tf.nn.softmax says that it is called.
_ALSO_CALLED = {"softmax_v2": "softmax"}


def keras_layers(document: str) -> list[Layer]:
    """Return the layers in the model's order; none where the JSON is that of no model.

    A layer has the fields of `insight_lib.dealer.config.LayerConfig` as far as the model states
    them, and ``input_shape``; of a dense layer that was built also ``weights``, ``parameters`` and
    ``output_shape``. Its ``inputs`` may name a model within the model. Inputs are no layers, nor
    are models within models.

    Raises:
        ValueError: the text is no JSON.
        RecursionError: it is nested too deeply.
    """
    return list(_walk(json.loads(document), ""))


def output_layers(document: str) -> list[str | None] | None:
    """Return the layers that give the model's outputs, None for one that is not Keras's own.

    None where the JSON is that of no model, or its model is no graph of layers.

    Raises:
        ValueError: the text is no JSON.
        RecursionError: it is nested too deeply.
    """
    return list(_ends(json.loads(document), "")) or None


def _ends(model: object, prefix: str) -> Iterator[str | None]:
    config = _object(_object(model).get("config"))
    entries = {
        name: entry
        for entry in _listed(config.get("layers"))
        if isinstance(name := _object(entry.get("config")).get("name"), str)
    }
    is_sequence = _object(model).get("class_name") == "Sequential"
    for name in list(entries)[-1:] if is_sequence else _histories(config.get("output_layers")):
        entry = entries.get(name, {})
        if "layers" in _object(entry.get("config")):
            yield from _ends(entry, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}" if is_of_keras(entry) else None


def is_of_keras(entry: Mapping[str, Any]) -> bool:
    """Return whether a serialized object is of a class of Keras; Keras 2 names no module."""
    module = entry.get("module", "keras")
    return isinstance(module, str) and module.partition(".")[0] in ("keras", "tf_keras")


def _walk(model: object, prefix: str) -> Iterator[Layer]:
    config = _object(_object(model).get("config"))
    # Keras 2 names the layers before them by lists, Keras 3 by a history; a sequence needs neither.
    is_sequence = _object(model).get("class_name") == "Sequential"
    previous: list[str] = []
    for entry in _listed(config.get("layers")):
        stated = _object(entry.get("config"))
        name, kind = stated.get("name"), entry.get("class_name")
        if not isinstance(name, str) or not isinstance(kind, str):
            continue
        path = f"{prefix}{name}"
        if "layers" in stated:
            yield from _walk(entry, f"{path}/")
        elif kind != "InputLayer":
            layer = {"name": path, "type": kind, **_stated(kind, entry, stated)}
            feeding = [f"{prefix}{each}" for each in _histories(entry.get("inbound_nodes"))]
            inputs = previous if is_sequence else list(dict.fromkeys(feeding))
            yield layer | ({"inputs": inputs} if inputs else {})
        previous = [path]


def _histories(nodes: object) -> Iterator[str]:
    """Yield the names in ``[name, node, tensor, ...]``, wherever they are."""
    if isinstance(nodes, dict):
        nodes = list(nodes.values())
    if not isinstance(nodes, list):
        return
    if [type(each) for each in nodes[:3]] == [str, int, int]:
        yield nodes[0]
        return
    for each in nodes:
        yield from _histories(each)


def _stated(kind: str, entry: Mapping[str, Any], config: Mapping[str, Any]) -> Layer:
    found: Layer = {}
    if (activation := _activation(kind, config.get("activation"))) is not None:
        found["activation"] = activation
    if isinstance(config.get("trainable"), bool):
        found["trainable"] = config["trainable"]
    for name in ("units", "filters"):
        if type(config.get(name)) is int:
            found[name] = config[name]
    for role in ("initializer", "regularizer"):
        if made := dict(_made_by(config, role)):
            found[f"{role}s"] = made
    found["settings"] = _settings(config)
    shape = _shape(_object(entry.get("build_config")).get("input_shape"))
    if shape is not None:
        found["input_shape"] = shape
        if kind == "Dense":
            found |= _dense(shape, config)
    return found


def _activation(kind: str, stated: object) -> str | None:
    """Name an activation function, as the tracer does; that of a layer which is one by its class.

    A function that is none of Keras's is an object with its name.
    """
    if isinstance(stated, str):
        return stated
    if isinstance(stated, dict):
        by = "config" if stated.get("class_name") == "function" else "class_name"
        name = stated.get(by)
        return _ALSO_CALLED.get(name, name.lower()) if isinstance(name, str) else "custom"
    return kind.lower() if kind in _ACTIVATION_LAYERS and kind != "Activation" else None


def _made_by(config: Mapping[str, Any], role: str) -> Iterator[tuple[str, Layer]]:
    for key, value in config.items():
        match = MADE_BY.fullmatch(key)
        stated = {"class_name": value} if isinstance(value, str) else _object(value)
        name = stated.get("class_name")
        if match and match[2] == role and isinstance(name, str):
            yield match[1], {"name": name, **_settings(_object(stated.get("config")))}


def _settings(config: Mapping[str, Any]) -> Layer:
    found = {
        name: value
        for name, value in config.items()
        if name not in ELSEWHERE and not MADE_BY.fullmatch(name) and _is_plain(value)
    }
    # A policy is an object of Keras 3, a name of Keras 2.
    dtype = _object(_object(config.get("dtype")).get("config")).get("name", config.get("dtype"))
    return found | ({"dtype": dtype} if isinstance(dtype, str) else {})


def _dense(shape: list[int | None], config: Mapping[str, Any]) -> Layer:
    units, features = config.get("units"), shape[-1]
    if type(units) is not int or features is None:
        return {}
    weights = {"kernel": [features, units]}
    if config.get("use_bias") is not False:
        weights["bias"] = [units]
    parameters = elements(weights.values())
    return {"weights": weights, "parameters": parameters, "output_shape": [*shape[:-1], units]}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return 0 < len(value) <= MAX_LIST and all(each is None or _is_plain(each) for each in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, int))


def _shape(value: object) -> list[int | None] | None:
    if not isinstance(value, list) or not value:
        return None
    return value if all(size is None or type(size) is int for size in value) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
