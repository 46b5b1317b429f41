"""A run's layers as JSON, from the best of what it recorded.

The JSON is ``{"source": ..., "layers": [...]}``. The source ``dealer`` has the layers of
`insight_lib.dealer.config.LayerConfig`; ``keras`` and ``graph_def`` use the same names and leave
out what they do not tell.
"""

import json
from collections.abc import Sequence

from insight_lib.events.graph_layers import graph_layers
from insight_lib.events.keras_layers import keras_layers


def topology(recorded: object, keras_model: str | None, graph: bytes | None) -> str | None:
    """Return the layers of a run as JSON, None where nothing tells of any.

    Args:
        recorded: the layers that TensorDealer recorded; None where it did not.
        keras_model: the JSON of a Keras model.
        graph: a GraphDef message.
    """
    if isinstance(recorded, list):
        return _stated("dealer", recorded)
    if keras_model is not None and (layers := keras_layers(keras_model)):
        return _stated("keras", layers)
    if graph is not None and (layers := graph_layers(graph)):
        return _stated("graph_def", layers)
    return None


def _stated(source: str, layers: Sequence[object]) -> str:
    return json.dumps({"source": source, "layers": layers})
