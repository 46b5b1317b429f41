"""The depth of layers that another writer logged, by the order of the layers in the run's graph."""

import json
from collections.abc import Mapping
from dataclasses import replace

from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.summary_source import HISTOGRAM, SCALAR

Tensors = Mapping[tuple[str, str, str], TensorSeries]


def in_graph_order(tensors: Tensors, topology: str | None) -> Tensors:
    """Return the tensors with the places of their layers in a graph as depths.

    As they are where the graph does not have every layer of which more than activations was logged,
    or TensorTracer stated the depths.

    Args:
        tensors: of one run.
        topology: the layers, a JSON list of objects with ``name``; None where none was told.
    """
    weighty = {layer for layer, _, kind in tensors if kind != "activation"}
    logged = all(one.source in (HISTOGRAM, SCALAR) for one in tensors.values())
    if topology is None or not weighty or not logged:
        return tensors
    names = [layer.get("name") for layer in json.loads(topology) if isinstance(layer, dict)]
    places = {_plain(name): place for place, name in enumerate(names) if isinstance(name, str)}
    found = {layer: _place(_plain(layer), places) for layer in weighty}
    known = [place for place in found.values() if place is not None]
    if len(set(known)) < len(found):
        return tensors
    return {key: replace(one, depth=found.get(one.layer)) for key, one in tensors.items()}


def _place(layer: str, places: Mapping[str, int]) -> int | None:
    """Return the place of a layer under its name, or its name without what is before it."""
    parts = layer.split(".")
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    return next((places[end] for end in ends if end in places), None)


def _plain(name: str) -> str:
    return name.replace("/", ".")
