"""The outputs of a model of one unit next to the labels and the loss of the same traced steps."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.curves.losses import batch_loss
from insight_lib.dissection.run.network import output_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

# Another error may be as large by chance once or twice.
_FEWEST_STEPS = 5
# Of the loss: the statistics are of single precision.
_ROUNDING = 1e-4


@dataclass(frozen=True)
class OutputSpread:
    """What the traced batches of a model with one output unit hold, (n,) each, all finite.

    Attributes:
        layer: the output layer.
        depth: its place along the forward pass, where known.
        steps: of the batches.
        output_means, output_stds: of the outputs, before the step's update.
        label_means, label_stds: of the labels.
        losses: of the steps.
    """

    layer: str
    depth: int | None
    steps: Integers
    output_means: Floats
    output_stds: Floats
    label_means: Floats
    label_stds: Floats
    losses: Floats

    @property
    def all_pairs(self) -> Floats:
        """The mean squared difference of every output and every label, of other examples too."""
        off: Floats = self.output_means - self.label_means
        found: Floats = self.label_stds**2 + self.output_stds**2 + off**2
        return found


def is_squared_error(view: RunView) -> bool:
    """Return whether the loss is, at every traced step, what a squared error can be.

    With outputs of spread s, labels of spread t and means that are d apart, it lies between
    (s - t)^2 + d^2 and (s + t)^2 + d^2, as their correlation lies between -1 and 1.
    """
    seen = output_spread(view)
    if seen is None or seen.steps.size < _FEWEST_STEPS:
        return False
    common = 2 * seen.output_stds * seen.label_stds
    off = np.abs(seen.losses - seen.all_pairs)
    return bool((off <= common + _ROUNDING * seen.all_pairs).all())


def output_spread(view: RunView) -> OutputSpread | None:
    """Return outputs and labels side by side; None where not both were traced, or of more units."""
    outputs = [one for one in view.of_kind("activation") if one.layer in output_layers(view)]
    loss, means, stds = batch_loss(view), _labels(view, "mean"), _labels(view, "std")
    if len(outputs) != 1 or loss is None or means is None or stds is None:
        return None
    output = outputs[0]
    if output.shape is None or tuple(output.shape) != (1,):
        return None
    seen = [
        Series(output.steps, output["mean"]),
        Series(output.steps, output["std"]),
        means,
        stds,
        loss.series,
    ]
    steps = reduce(np.intersect1d, [one.steps[np.isfinite(one.values)] for one in seen])
    if not steps.size:
        return None
    aligned = [one.values[np.isin(one.steps, steps)] for one in seen]
    return OutputSpread(output.layer, output.depth, steps, *aligned)


def _labels(view: RunView, name: str) -> Series | None:
    return next((one for (_, tag), one in view.scalars.items() if tag == f"label/{name}"), None)
