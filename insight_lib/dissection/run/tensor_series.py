"""A tensor of a layer over the traced steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.summary_source import COMPACT


@dataclass(frozen=True)
class TensorSeries:
    """One tensor of one layer over the traced steps.

    Attributes:
        layer: the layer's name.
        tensor: ``kernel``, ``bias``, ``output``, ...
        kind: ``weight``, ``gradient``, ``update`` or ``activation``.
        depth: place along the forward pass from 0; None where it is not known.
        layer_type: class of the layer, such as ``Dense``; None where it is not known.
        activation: its activation function; None where it has none or it is not known.
        shape: the tensor's, of an activation without the examples' axis; None where not known.
        trainable: whether training may move it; None where it is not known.
        steps: (n,) int64, rising.
        statistics: each of ``view.STATISTICS`` as (n,) float64; NaN where undefined.
        source: which summary they come from, one of ``summary_source.SOURCES``.
    """

    layer: str
    tensor: str
    kind: str
    depth: int | None
    layer_type: str | None
    activation: str | None
    shape: tuple[int | None, ...] | None
    trainable: bool | None
    steps: Integers
    statistics: Mapping[str, Floats]
    source: str = COMPACT

    def __getitem__(self, name: str) -> Floats:
        return self.statistics[name]
