"""The steps of a run's series in one unit.

Keras numbers epochs in one series and batches in the next; other writers put a result that they
have at the end at step 0, or never pass a step. To cut all of them where the run was at some step,
such points are put where the clock says that the others were.
"""

from collections.abc import Mapping

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Key

# A series that ends where others are more than so many times as far counts something else; the
# least ratio of batches to epochs is far above it, the lag of a last epoch's batches far below.
_OTHER_UNIT = 2.0


@once_a_view
def own_steps(run: RunView) -> Mapping[Key, Integers]:
    """Return where on the run's step axis each point of its scalar series was written, (n,) rising.

    The axis is that of the series that goes farthest. A series that counts in another unit, by the
    clock, has each point at the last step of the axis that was written by then; without a clock
    every series has its own steps.
    """
    axis = _axis(run)
    steps = {key: one.steps for key, one in run.scalars.items()}
    if axis is None or not _is_clock(run.wall_times.get(axis)):
        return steps
    on_axis, times = steps[axis], np.maximum.accumulate(run.wall_times[axis])
    for key, own in steps.items():
        written = run.wall_times.get(key)
        if key == axis or not own.size or written is None or not np.isfinite(written).all():
            continue
        first, last = int(on_axis[0]), _placed(written.max(keepdims=True), times, on_axis)
        if last[0] - first > _OTHER_UNIT * max(int(own[-1]) - first, 1):
            steps[key] = np.maximum.accumulate(_placed(written, times, on_axis))
    return steps


def _placed(written: Floats, times: Floats, on_axis: Integers) -> Integers:
    """Return the last step (n,) of the axis (m,) that was written by each of some times (n,)."""
    places = np.searchsorted(times, written, side="right") - 1
    return on_axis[np.maximum(places, 0)]


def _axis(run: RunView) -> Key | None:
    """Return the series that goes farthest, of these the one with most points."""
    lengths: Mapping[Key, tuple[int, int]] = {
        key: (int(one.steps[-1]), one.steps.size)
        for key, one in run.scalars.items()
        if one.steps.size and key not in run.stepless
    }
    return max(sorted(lengths), key=lengths.__getitem__, default=None)


def _is_clock(times: np.ndarray | None) -> bool:
    return times is not None and bool(np.isfinite(times).all()) and bool(times[-1] > times[0])
