"""The layers of a GraphDef: its variables, by the scope that each is in.

A graph has operations, not layers. What a scope of names holds of variables is what a layer has of
weights: ``dense/kernel`` and ``dense/bias`` are those of layer ``dense``. A graph without variables
(a traced function, whose weights are its arguments) tells of no layers.
"""

import re
from collections.abc import Sequence
from typing import Any

from insight_lib.dealer.layer_terms import elements
from insight_lib.events.runs.graph_nodes import Node, Shape

_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")
_ACTIVATIONS = ("Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Sigmoid", "Tanh", "Softmax")

# What TensorFlow 1 names a variable that nobody named, and the parts of a partitioned one.
_NO_NAME = re.compile(r"/(Variable(_\d+)?|part_\d+)$")
# As many programs of TensorFlow 1 name weights that are in no scope: W_conv1, b_fc2, weights_1.
_IN_NO_SCOPE = re.compile(r"(?P<weight>weights?|bias(?:es)?|W|w|b)(?:_|(?=\d))(?P<layer>\w+)")


def graph_layers(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Return the layers in the order of their first variable; none where there is no variable.

    A layer has ``name`` (its scope), ``weights`` (each variable's shape, null for an open dimension
    and for an unknown rank), ``parameters`` where all those shapes are known, and ``activation``
    where exactly one of the operations directly in its scope is one.
    """
    variables = {node.name: node.shape for node in nodes if node.op in _VARIABLES}
    layers: dict[str, dict[str, Shape | None]] = {}
    for name, shape in variables.items():
        scope, _, _ = name.rpartition("/")
        # An optimizer's variables lie below the weight that they belong to: dense/kernel/Adam. One
        # number in no scope is a counter or an optimizer's.
        if scope in variables or (not scope and not shape):
            continue
        layer, weight = _placed(name)
        layers.setdefault(layer, {})[weight] = shape
    activations = _activations(nodes)
    return [
        {"name": name, **sized(weights), **_activation(activations.get(name, []))}
        for name, weights in layers.items()
    ]


def sized(weights: dict[str, Shape | None]) -> dict[str, Any]:
    """Return a layer's weights, and its parameters where all shapes are known."""
    parameters = elements(weights.values())
    return {"weights": weights} | ({} if parameters is None else {"parameters": parameters})


def _placed(variable: str) -> tuple[str, str]:
    """Return the layer and the weight that a variable's name tells of."""
    part = _NO_NAME.search(variable)
    if part and "/" in variable[: part.start()]:
        layer, _, weight = variable[: part.start()].rpartition("/")
        return layer, f"{weight}{part[0]}"
    layer, _, weight = variable.rpartition("/")
    if layer:
        return layer, weight
    match = _IN_NO_SCOPE.fullmatch(variable)
    return (match["layer"], match["weight"]) if match else (variable, variable)


def _activations(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """Return the activations directly in each scope, in small letters."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        if node.op in _ACTIVATIONS:
            found.setdefault(node.name.rpartition("/")[0], []).append(node.op.lower())
    return found


def _activation(found: list[str]) -> dict[str, str]:
    return {"activation": found[0]} if len(found) == 1 else {}
