"""How many numbers a label has and how many the output: what the loss lays side by side."""

from dataclasses import dataclass
from math import prod

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.topology import GraphLayer, graph_layers
from insight_lib.dissection.run.view import RunView

_TAG = "label/numbers"
# Of any other loss, such as CTC's, labels and outputs may differ in size.
_ELEMENTWISE = (
    recorded_training.DISTANCES
    | recorded_training.HINGES
    | recorded_training.BINARY_LOSSES
    | recorded_training.CLASS_LOSSES
    | {"poisson", "kl_divergence"}
)


@dataclass(frozen=True)
class LabelSize:
    """The numbers that an example has.

    Attributes:
        output: the layer that makes the model's one output.
        sizes: of its output, without the examples' axis.
        asked: labels that an example needs for that.
        given: labels that it has.
    """

    output: GraphLayer
    sizes: tuple[int, ...]
    asked: int
    given: int


def label_size(view: RunView) -> LabelSize | None:
    """Return labels and outputs side by side; None where not both are known.

    None also of a loss of which it is not known that it compares them number by number.
    """
    loss = recorded_training.loss(view)
    traced = next((one for (_, tag), one in view.scalars.items() if tag == _TAG), None)
    named = recorded_training.configuration(view).get("outputs")
    if loss is None or traced is None or not isinstance(named, list) or len(named) != 1:
        return None
    output, known = graph_layers(view).get(str(named[0])), np.isfinite(traced.values)
    if output is None or loss.name not in _ELEMENTWISE or not known.any():
        return None
    sizes = _sizes(view, output)
    if not sizes:
        return None
    asked = prod(sizes[:-1]) if loss.name in recorded_training.SPARSE_LOSSES else prod(sizes)
    return LabelSize(output, sizes, asked, round(median(traced.values[known])))


def _sizes(view: RunView, output: GraphLayer) -> tuple[int, ...]:
    """Return the recorded sizes or, where these are open, those traced; empty where not known."""
    traced = [
        one.shape
        for one in view.of_kind("activation")
        if one.layer == output.name and one.shape is not None
    ]
    for sizes in (output.sizes, *traced):
        if sizes is not None and None not in sizes:
            return tuple(size for size in sizes if size is not None)
    return ()
