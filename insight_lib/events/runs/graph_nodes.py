"""The nodes of a GraphDef, as far as they tell of layers.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/graph.proto
"""

from typing import NamedTuple

from insight_lib.events.format import protobuf
from insight_lib.events.format.protobuf_fields import (
    content,
    contents,
    entries,
    fields,
    text,
    varint,
)

PLUGIN = "graph_def"
EVENT_FIELD = 4
"""The field of an Event message that holds the GraphDef."""

_NODE = 1  # of GraphDef
_NAME = 1  # of NodeDef
_OP = 2
_ATTR = 5
_LIST = 1  # of AttrValue
_BYTES = 2
_SHAPE = 7  # of AttrValue, and of AttrValue.ListValue
_DIM = 2  # of TensorShapeProto
_UNKNOWN_RANK = 3
_SIZE = 1  # of TensorShapeProto.Dim

Shape = list[int | None]


class Node(NamedTuple):
    """One operation.

    ``shape`` is that of a variable, ``output_shape`` that of the first output; a dimension that is
    open is None, and so is a shape that is not stated or of unknown rank. ``label`` is what PyTorch
    writes of an operation's attributes.
    """

    name: str
    op: str
    shape: Shape | None
    output_shape: Shape | None
    label: str


def graph_nodes(graph: bytes) -> list[Node]:
    """Return the nodes of a GraphDef as written.

    Raises:
        ValueError: it is malformed.
    """
    if graph and not fields(graph):
        raise ValueError("no GraphDef message")
    return [_node(node) for node in contents(graph, _NODE)]


def _node(node: bytes) -> Node:
    attributes = entries(node, _ATTR)
    return Node(
        text(content(node, _NAME)),
        text(content(node, _OP)),
        _shape(attributes.get("shape", b"")),
        _shape(content(attributes.get("_output_shapes", b""), _LIST)),
        text(content(attributes.get("attr", b""), _BYTES)),
    )


def _shape(holder: bytes) -> Shape | None:
    # A scalar's shape is an empty message, so it is its presence that says that it is known.
    stated = contents(holder, _SHAPE)
    if not stated or any(field.number == _UNKNOWN_RANK for field in fields(stated[0])):
        return None
    return [_size(dimension) for dimension in contents(stated[0], _DIM)]


def _size(dimension: bytes) -> int | None:
    sizes = [
        varint(field.content)
        for field in fields(dimension)
        if field.number == _SIZE and field.wire_type == protobuf.VARINT
    ]
    size = sizes[-1] if sizes else 0
    return size if size >= 0 else None
