"""The layers of a GraphDef that PyTorch's ``add_graph`` wrote: its modules.

A module is a part of a node's name, ``<class>[<attribute>]``: what ``model.block[0]``, a Linear,
computes is at ``Net/Sequential[block]/Linear[0]/...`` (PyTorch's own test data,
test/expect/TestTensorBoard.test_nested_nn_squential.expect). The layer's name is the one that
``named_modules`` gives it, ``block.0``.
"""

import re
from collections.abc import Sequence
from typing import Any

from insight_lib.events.runs.graph_layers import sized
from insight_lib.events.runs.graph_nodes import Node, Shape

_MODULE = re.compile(r"(?P<type>\w+)\[(?P<name>[^\]]+)\]")
_ATTRIBUTE = re.compile(r"\{ *name : *(\w+) *\}")
_READS_ATTRIBUTE = "prim::GetAttr"
_COMPUTES = "aten::"


def torch_layers(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Return the modules that have weights or compute, in the order of the graph.

    A layer has ``name``, ``type``, ``weights`` (each one's shape, null where the graph states none,
    as it mostly does), ``parameters`` where all those shapes are known, and ``output_shape`` where
    its last operation states it. Without a module, none.
    """
    types: dict[str, str] = {}
    weights: dict[str, dict[str, Shape | None]] = {}
    outputs: dict[str, Shape | None] = {}
    for node in nodes:
        weight = _weight(node)
        inner = 2 if weight else 1
        found = _module(node.name.split("/")[:-inner])
        if found is None or not (weight or node.op.startswith(_COMPUTES)):
            continue
        layer, types[layer] = found[0], found[1]
        held = weights.setdefault(layer, {})
        if weight:
            held[weight] = node.output_shape
        else:
            outputs[layer] = node.output_shape
    return [_layer(name, types[name], held, outputs.get(name)) for name, held in weights.items()]


def _layer(
    name: str, kind: str, weights: dict[str, Shape | None], output: Shape | None
) -> dict[str, Any]:
    shape = {} if output is None else {"output_shape": output}
    return {"name": name, "type": kind, **sized(weights), **shape}


def _weight(node: Node) -> str | None:
    """Name the weight that a node reads, ``.../weight/weight.9``; reading a module is none."""
    attribute = _ATTRIBUTE.fullmatch(node.label) if node.op == _READS_ATTRIBUTE else None
    parts = node.name.split("/")
    if attribute is None or len(parts) < 2 or parts[-2] != attribute[1]:
        return None
    return attribute[1]


def _module(scope: list[str]) -> tuple[str, str] | None:
    """Return the name and the class of the module that a scope is; None where it is none."""
    parts = [_MODULE.fullmatch(part) for part in scope]
    if not parts or parts[-1] is None:
        return None
    return ".".join(part["name"] for part in parts if part), parts[-1]["type"]
