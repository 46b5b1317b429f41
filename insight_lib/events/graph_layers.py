"""The layers of a GraphDef: its variables, by the scope that each is in.

A graph has operations, not layers. What a scope of names holds of variables is what a layer has of
weights: ``dense/kernel`` and ``dense/bias`` are those of layer ``dense``. A graph without variables
(a traced function, whose weights are its arguments) tells of no layers.
https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/graph.proto
"""

import math
from typing import Any

from insight_lib.events import wire
from insight_lib.events.messages import content, contents, entries, fields, text, varint

PLUGIN = "graph_def"
EVENT_FIELD = 4
"""The field of an Event message that holds the GraphDef."""

_NODE = 1  # of GraphDef
_NAME = 1  # of NodeDef
_OP = 2
_ATTR = 5
_SHAPE = 7  # of AttrValue
_DIM = 2  # of TensorShapeProto
_UNKNOWN_RANK = 3
_SIZE = 1  # of TensorShapeProto.Dim

_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")
_ACTIVATIONS = ("Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Sigmoid", "Tanh", "Softmax")

Shape = list[int | None]


def graph_layers(graph: bytes) -> list[dict[str, Any]]:
    """Return the layers in the order of their first variable; none where the graph has none.

    A layer has ``name`` (its scope), ``weights`` (each variable's shape, null for an open dimension
    and for an unknown rank), ``parameters`` where all those shapes are known, and ``activation``
    where exactly one of the operations directly in its scope is one.
    """
    ops: dict[str, str] = {}
    shapes: dict[str, Shape | None] = {}
    for node in contents(graph, _NODE):
        name, op = text(content(node, _NAME)), text(content(node, _OP))
        ops[name] = op
        if op in _VARIABLES:
            shapes[name] = _shape(entries(node, _ATTR).get("shape", b""))
    layers: dict[str, dict[str, Shape | None]] = {}
    for name, shape in shapes.items():
        scope, _, weight = name.rpartition("/")
        # An optimizer's variables lie below the weight that they belong to: dense/kernel/Adam.
        if scope and scope not in shapes:
            layers.setdefault(scope, {})[weight] = shape
    activations = _activations(ops)
    return [_layer(name, weights, activations) for name, weights in layers.items()]


def _layer(
    name: str, weights: dict[str, Shape | None], activations: dict[str, list[str]]
) -> dict[str, Any]:
    layer: dict[str, Any] = {"name": name, "weights": weights}
    sizes = [_elements(shape) for shape in weights.values()]
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes):
        layer["parameters"] = sum(known)
    if len(activations.get(name, ())) == 1:
        layer["activation"] = activations[name][0]
    return layer


def _elements(shape: Shape | None) -> int | None:
    if shape is None:
        return None
    known = [size for size in shape if size is not None]
    return math.prod(known) if len(known) == len(shape) else None


def _activations(ops: dict[str, str]) -> dict[str, list[str]]:
    """Return the activations directly in each scope, in small letters."""
    found: dict[str, list[str]] = {}
    for name, op in ops.items():
        if op in _ACTIVATIONS:
            found.setdefault(name.rpartition("/")[0], []).append(op.lower())
    return found


def _shape(attribute: bytes) -> Shape | None:
    """Return the shape of an AttrValue; None where it states none or one of unknown rank."""
    # A scalar's shape is an empty message, so it is its presence that says that it is known.
    stated = contents(attribute, _SHAPE)
    if not stated or any(field.number == _UNKNOWN_RANK for field in fields(stated[-1])):
        return None
    return [_size(dimension) for dimension in contents(stated[-1], _DIM)]


def _size(dimension: bytes) -> int | None:
    sizes = [
        varint(field.content)
        for field in fields(dimension)
        if field.number == _SIZE and field.wire_type == wire.VARINT
    ]
    size = sizes[-1] if sizes else 0
    return size if size >= 0 else None
