"""The recorded layers of a run as a graph: what each is made of and what feeds it.

As in ``recorded_training``: what is absent or of another type than expected is not known.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded.recorded_training import configuration, whole
from insight_lib.dissection.run.view import RunView

_CONVOLUTION = re.compile(r"(Separable|Depthwise)?Conv[123]D(Transpose)?")
_RECURRENT = re.compile(r"LSTM|GRU|SimpleRNN|ConvLSTM[123]D")
_HANDING_ON = re.compile(
    r"Flatten|Reshape|Dropout|BatchNormalization|LayerNormalization|Identity|SpatialDropout[123]D"
    r"|GaussianNoise|GaussianDropout|AlphaDropout"
)
_Sizes = tuple[int | None, ...]


@dataclass(frozen=True)
class GraphLayer:
    """One recorded layer.

    Attributes:
        name: its path in the model.
        kind: its class; '' where not known.
        activation: of its output; ``linear`` where it has none, None where not known.
        width: its units or filters; None where it has neither.
        sizes: of its output without the examples' axis; None where not known.
        inputs: the layers that feed it, in order.
        settings: all else that it was made with.
    """

    name: str
    kind: str
    activation: str | None
    width: int | None
    sizes: _Sizes | None
    inputs: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, recorded: Mapping[str, Any]) -> Self:
        """Return the layer of an entry of the topology."""
        activation, fed_by = recorded.get("activation"), recorded.get("inputs")
        settings = recorded.get("settings")
        units = whole(recorded.get("units"))
        return cls(
            str(recorded.get("name")),
            str(recorded.get("type") or ""),
            activation if isinstance(activation, str) else None,
            whole(recorded.get("filters")) if units is None else units,
            _sizes_of(recorded.get("output_shape")),
            tuple(str(one) for one in fed_by) if isinstance(fed_by, list) else (),
            settings if isinstance(settings, dict) else {},
        )

    @property
    def is_dense(self) -> bool:
        """Whether it is a dense layer."""
        return self.kind == "Dense"

    @property
    def is_recurrent(self) -> bool:
        """Whether it goes through a sequence."""
        return bool(_RECURRENT.fullmatch(self.kind))

    @property
    def is_weighted(self) -> bool:
        """Whether each of its units is a weighted sum of what comes in, with a function of it."""
        return self.is_dense or self.is_recurrent or bool(_CONVOLUTION.fullmatch(self.kind))

    @property
    def hands_on(self) -> bool:
        """Whether it gives the numbers that come in, moved, scaled or with some of them dropped."""
        return bool(_HANDING_ON.fullmatch(self.kind))


@once_a_view
def graph_layers(view: RunView) -> Mapping[str, GraphLayer]:
    """Return the recorded layers by name, in their order; empty where none are recorded."""
    recorded = configuration(view).get("topology")
    listed = recorded if isinstance(recorded, list) else []
    layers = (GraphLayer.of(one) for one in listed if isinstance(one, dict))
    return {layer.name: layer for layer in layers}


def _sizes_of(shape: object) -> _Sizes | None:
    """Return a recorded shape without its first axis; None of anything else."""
    if not isinstance(shape, list) or not shape:
        return None
    return tuple(whole(size) for size in shape[1:])


def chain_to_output(view: RunView) -> list[GraphLayer]:
    """Return the layers from the input to the one output; empty of a model with a branch.

    A model with a branch, several inputs or several outputs has no such chain.
    """
    layers = graph_layers(view)
    outputs = configuration(view).get("outputs")
    if not isinstance(outputs, list) or len(outputs) != 1:
        return []
    chain = list(_downwards(str(outputs[0]), layers))
    ends = bool(chain) and chain[-1].inputs and chain[-1].inputs[0] not in layers
    is_whole = ends and all(len(layer.inputs) == 1 for layer in chain)
    return chain[::-1] if is_whole else []


def _downwards(name: str, layers: Mapping[str, GraphLayer]) -> Iterator[GraphLayer]:
    for _ in layers:
        layer = layers.get(name)
        if layer is None:
            return
        yield layer
        if len(layer.inputs) != 1:
            return
        name = layer.inputs[0]
