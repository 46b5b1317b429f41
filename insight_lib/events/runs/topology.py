"""A run's layers as JSON, from the best of what it recorded.

Of source ``dealer`` the layers are those of `insight_lib.dealer.config.LayerConfig`; those of
``keras graph`` and ``graph def`` use the same names and leave out what they do not tell.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from insight_lib.events.runs.graph_layers import graph_layers
from insight_lib.events.runs.graph_nodes import graph_nodes
from insight_lib.events.runs.keras_json import keras_layers
from insight_lib.events.runs.torch_graph import torch_layers

DEALER = "dealer"
KERAS_GRAPH = "keras graph"
GRAPH_DEF = "graph def"


@dataclass(frozen=True)
class Topology:
    """The layers as JSON, a list of objects, and who told of them; both None where nobody did.

    ``problems`` says of each source that could not be read why.
    """

    layers: str | None
    source: str | None
    problems: tuple[str, ...]


def topology(recorded: object, keras_model: str | None, graph: bytes | None) -> Topology:
    """Return the layers of a run.

    Args:
        recorded: the layers that TensorDealer recorded; None where it did not.
        keras_model: the JSON of a Keras model.
        graph: a GraphDef message.
    """
    problems: list[str] = []
    for source, read in _sources(recorded, keras_model, graph):
        try:
            layers = read()
            text = json.dumps(layers) if layers else None
        except (ValueError, RecursionError) as error:
            problems.append(f"{source}: {error}")
            continue
        if text is not None:
            return Topology(text, source, tuple(problems))
    return Topology(None, None, tuple(problems))


def _sources(
    recorded: object, keras_model: str | None, graph: bytes | None
) -> Iterator[tuple[str, Callable[[], list[Any]]]]:
    """Yield what there is, the best first, each with the way to read it."""
    if isinstance(recorded, list):
        yield DEALER, lambda: recorded
    if keras_model is not None:
        yield KERAS_GRAPH, lambda: keras_layers(keras_model)
    if graph is not None:
        yield GRAPH_DEF, lambda: _of_graph(graph)


def _of_graph(graph: bytes) -> list[dict[str, Any]]:
    nodes = graph_nodes(graph)
    return torch_layers(nodes) or graph_layers(nodes)
