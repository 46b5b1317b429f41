"""How many examples a batch has and how many steps an epoch, as far as they were traced."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.losses import is_per_epoch, training_losses
from insight_lib.dissection.run.view import RunView

_TAG = "label/rows"


@dataclass(frozen=True)
class Batches:
    """The batches of a run.

    Attributes:
        rows: examples of the largest traced batch.
        steps_per_epoch: batches in an epoch.
        epochs: how many there were.
        losses: (epochs,) mean training loss of each, where finite.
    """

    rows: int
    steps_per_epoch: int
    epochs: int
    losses: Floats


def batches(view: RunView) -> Batches | None:
    """Return the batches; None where they were not traced next to a loss of each epoch.

    None also where the loss counts epochs rather than steps.
    """
    rows = next((one for (_, tag), one in view.scalars.items() if tag == _TAG), None)
    loss = next((one for one in training_losses(view) if is_per_epoch(one)), None)
    if rows is None or loss is None:
        return None
    counted = rows.values[np.isfinite(rows.values)]
    if counted.size == 0:
        return None
    steps = loss.series.steps
    if steps.size == 0 or steps[-1] < rows.steps[-1]:
        return None
    per_epoch = int(median(np.diff(steps))) if steps.size > 1 else int(steps[0])
    values = loss.series.values
    return Batches(int(counted.max()), per_epoch, steps.size, values[np.isfinite(values)])
