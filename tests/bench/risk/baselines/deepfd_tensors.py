"""DeepFD's monitors of gradients and weights, by the traced statistics of each tensor."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

_VANISHED_RATIO, _VANISHED_NORM, _EXPLODED_RATIO = 1e-3, 1e-4, 70.0
_DEAD = 0.7
_LARGE_WEIGHT = 5.0
"""beta_1, beta_2, beta_3, gamma, and the constant of its ``Monitor.py``."""


def tensor_monitors(run: RunView, steps: Floats) -> dict[str, Floats]:
    """Return the monitors of gradients and weights at each step, (steps,); 0 where none is traced.

    Counts go up at each check, as DeepFD's do.
    """
    gradients, weights = run.of_kind("gradient"), run.of_kind("weight")
    found = {
        "nan_gradient": np.maximum.accumulate(_lost(gradients, steps)),
        **{name: np.cumsum(flags) for name, flags in _flow(gradients, steps).items()},
        "died_relu": np.cumsum(_share_of_zeros(gradients, steps) >= _DEAD),
        "nan_weight": np.maximum.accumulate(_lost(weights, steps)),
        "large_weight": np.cumsum(_largest(weights, steps) > _LARGE_WEIGHT),
        "cons_mean_weight": np.cumsum(_unmoved(weights, "mean", steps)),
        "cons_std_weight": np.cumsum(_unmoved(weights, "std", steps)),
    }
    return {name: values.astype(np.float64) for name, values in found.items()}


def _flow(gradients: list[TensorSeries], steps: Floats) -> dict[str, np.ndarray]:
    """Return whether the gradient of the first kernel is far below, or above, that of the last."""
    kernels = [one for one in gradients if one.shape is None or len(one.shape) > 1]
    if not kernels:
        nothing = np.zeros(steps.shape, dtype=np.bool_)
        return {"vanish_gradient": nothing, "explode_gradient": nothing}
    first, last = _at(kernels[0], "l2", steps), _at(kernels[-1], "l2", steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = first / last
    vanished = (ratio < _VANISHED_RATIO) & (first < _VANISHED_NORM)
    return {"vanish_gradient": vanished, "explode_gradient": ratio > _EXPLODED_RATIO}


def _share_of_zeros(series: list[TensorSeries], steps: Floats) -> Floats:
    if not series:
        return np.zeros(steps.shape)
    counts = np.stack([np.nan_to_num(_at(one, "count", steps)) for one in series])
    zeros = np.stack([np.nan_to_num(_at(one, "zero_fraction", steps)) for one in series])
    return (counts * zeros).sum(axis=0) / np.maximum(counts.sum(axis=0), 1)


def _lost(series: list[TensorSeries], steps: Floats) -> Floats:
    found = np.zeros(steps.shape)
    for one in series:
        for name in ("nan_fraction", "inf_fraction"):
            found = np.maximum(found, np.nan_to_num(_at(one, name, steps)) > 0)
    return found


def _largest(series: list[TensorSeries], steps: Floats) -> Floats:
    found = np.zeros(steps.shape)
    for one in series:
        for name in ("min", "max"):
            found = np.fmax(found, np.abs(_at(one, name, steps)))
    return found


def _unmoved(series: list[TensorSeries], statistic: str, steps: Floats) -> Floats:
    """Return how many tensors have exactly the statistic that they had at the check before."""
    found = np.zeros(steps.shape)
    for one in series:
        values = _at(one, statistic, steps)
        # A step between two traced ones is no check of it.
        is_traced = np.isin(steps, one.steps)
        found[1:] += (np.diff(values) == 0) & is_traced[1:]
    return found


def _at(series: TensorSeries, statistic: str, steps: Floats) -> Floats:
    """Return a statistic as last traced by each step; NaN before the first."""
    place = np.searchsorted(series.steps, steps, side="right") - 1
    values = series[statistic]
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
