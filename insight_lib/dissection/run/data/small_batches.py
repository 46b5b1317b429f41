"""Statistics of batches of a few examples, judged over several traced steps together.

With one example in a batch, half of the units of a healthy ReLU layer are zero "for every example",
and an example that is answered well brings no update at all.
"""

from dataclasses import replace

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.data.kinds_of_labels import SMALL_BATCH
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.network import Movements, movements
from insight_lib.dissection.run.view import RunView


def steps_together(view: RunView) -> int:
    """Return over how many traced steps a run is judged together: 1 but of small batches.

    Together their batches have eight examples or more.
    """
    seen = labels(view)
    # No batch has fewer rows than one: whoever writes that writes something else.
    if seen is None or seen.rows is None or not 1 <= seen.rows < SMALL_BATCH:
        return 1
    return int(np.ceil(SMALL_BATCH / seen.rows))


def least_together(values: Floats, together: int) -> Floats:
    """Return the least known value of each step and those before it, (n,).

    A unit that is zero for all of their examples is so at each step: the least share of such units
    at one of them is the most that there can be.

    Args:
        values: (n,) one a traced step, NaN where it is not known.
        together: how many steps; the first steps, with fewer before them, are not known.
    """
    if together == 1:
        return values
    if values.size < together:
        return np.full(values.size, np.nan)
    least = _windows(np.where(np.isfinite(values), values, np.inf), together).min(axis=-1)
    known = np.where(np.isfinite(least), least, np.nan)
    return np.concatenate([np.full(values.size - known.size, np.nan), known])


def movements_together(view: RunView) -> Movements:
    """Return how far each layer moves, the largest of several steps where batches are small."""
    moving, together = movements(view), steps_together(view)
    if together == 1 or moving.steps.size < together:
        return moving
    largest = _windows(np.nan_to_num(moving.values, nan=-np.inf), together).max(axis=-1)
    return replace(
        moving,
        steps=moving.steps[together - 1 :],
        values=np.where(np.isfinite(largest), largest, np.nan),
        moved=_windows(moving.moved.astype(np.float64), together).max(axis=-1) > 0,
    )


def _windows(values: Floats, together: int) -> Floats:
    windows: Floats = np.lib.stride_tricks.sliding_window_view(values, together, axis=-1)
    return windows
