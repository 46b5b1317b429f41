"""How far the moving statistics of BatchNormalization layers lag behind those of the batches.

A step moves a moving average by 1 - m of its distance from the batch's value, so that the traced
update tells that distance. After n steps the average still weighs its start, mean 0 and variance 1,
by m^n.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.kept_gain import kept_gain
from insight_lib.dissection.run.recorded.recorded_layers import batch_norm_momenta
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

START_SHARE = 0.1
VARIANCE_FACTOR = 4.0
MEAN_DISTANCE = 1.0
# Of what training gained: validation that keeps less is spoilt by the lag.
KEPT = 0.5
# So many last traced steps are judged by their median.
_LAST_STEPS = 5
# Below the default of 0.99, in the order in which they are tried.
_MOMENTA = (0.9, 0.8)
_LEAST_MOMENTUM = 0.5


@dataclass(frozen=True)
class Lag:
    """A layer whose moving statistics are not those of the batches.

    Attributes:
        layer: its name.
        depth: its place along the forward pass, where known.
        momentum: as recorded.
        steps: how many steps it was trained for.
        start_share: what its start weighs in the moving statistics, in 0..1.
        variance_ratio: the batches' variance over the moving one.
        mean_distance: of the moving mean from the batches', in moving standard deviations.
    """

    layer: str
    depth: int | None
    momentum: float
    steps: int
    start_share: float
    variance_ratio: float
    mean_distance: float

    @property
    def factor(self) -> float:
        """Return how many times the two variances differ, at least 1."""
        return max(self.variance_ratio, 1 / max(self.variance_ratio, np.finfo(float).tiny))


def lagging_layers(
    view: RunView,
    start_share: float = START_SHARE,
    variance_factor: float = VARIANCE_FACTOR,
    mean_distance: float = MEAN_DISTANCE,
) -> list[Lag]:
    """Return the layers that lag, from the input to the output.

    Args:
        view: the run.
        start_share: what the start weighs at least.
        variance_factor: how many times the variances differ, or
        mean_distance: by how many moving standard deviations the means do.
    """
    return [
        lag
        for lag in batch_norm_lags(view)
        if lag.start_share >= start_share
        and (lag.factor >= variance_factor or lag.mean_distance >= mean_distance)
    ]


def lag_explains_validation(view: RunView) -> bool:
    """Return whether validation is spoilt by moving statistics that lag."""
    if not lagging_layers(view):
        return False
    kept = kept_gain(view)
    return kept is not None and kept < KEPT


def usual_momentum(lag: Lag) -> float:
    """Return the highest usual momentum whose start is forgotten after that many steps."""
    usual = (m for m in _MOMENTA if m < lag.momentum and m**lag.steps < START_SHARE)
    return next(usual, _LEAST_MOMENTUM)


def batch_norm_lags(view: RunView) -> list[Lag]:
    """Return how each BatchNormalization lags, from the input to the output, where it is known."""
    known = {one.layer: one for one in view.of_kind("weight") if one.tensor == "moving_variance"}
    momenta = batch_norm_momenta(view)
    found = [_lag(view, one, momenta[name]) for name, one in known.items() if name in momenta]
    return [lag for lag in found if lag is not None]


def _lag(view: RunView, variance: TensorSeries, momentum: float) -> Lag | None:
    layer = variance.layer
    of_variance = view.layers.get((layer, "moving_variance", "update"))
    of_mean = view.layers.get((layer, "moving_mean", "update"))
    if of_variance is None or of_mean is None:
        return None
    same = np.intersect1d(np.intersect1d(variance.steps, of_variance.steps), of_mean.steps)
    last = same[-_LAST_STEPS:]
    if not last.size:
        return None
    moving = _at(variance, "mean", last)
    batches = moving + _at(of_variance, "mean", last) / (1 - momentum)
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = _at(of_mean, "l2", last) / (1 - momentum) / np.sqrt(_at(of_mean, "count", last))
        ratio, distance = median(batches / moving), median(shift / np.sqrt(moving))
    if not (np.isfinite(ratio) and np.isfinite(distance)):
        return None
    steps = max(view.last_step or 0, int(last[-1]) + 1)
    share = momentum**steps
    return Lag(layer, variance.depth, momentum, steps, share, float(ratio), float(distance))


def _at(tensor: TensorSeries, name: str, steps: Integers) -> Floats:
    return tensor[name][np.isin(tensor.steps, steps)]
