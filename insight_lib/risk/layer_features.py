"""Features of weights, gradients, updates and activations, over the layers of a run.

Where both too little and too much are bad, the feature is a distance: a linear model can only
weigh one direction.

A tensor's value over the seen steps is its median, so that one odd batch does not decide.
"""

from collections.abc import Callable, Iterable

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.network import main_tensors, movements, nonfinite, touched_rms
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.arrays import DECADES, bounded_log10, finite, greatest, log_ratio, median
from insight_lib.risk.feature import Feature

# Rule of thumb of DL4J's training UI: about 1e-3, worry outside 1e-4 to 1e-2.
HEALTHY_LOG_UPDATE_RATIO = -3.0


def _greatest_of(run: RunView, kind: str, statistic: str) -> float:
    return greatest(_array(median(one[statistic]) for one in run.of_kind(kind)))


def _array(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _log_movements(run: RunView) -> Floats:
    """Return log10 of each layer's median update over weight; shape (layers of which it is known,).

    A layer that stands still, frozen or dead, is at -DECADES.
    """
    return finite(_array(bounded_log10(median(one)) for one in movements(run).values))


def _update_ratio_distance(run: RunView) -> float:
    return min(abs(median(_log_movements(run)) - HEALTHY_LOG_UPDATE_RATIO), DECADES)


def _update_ratio_shortfall(run: RunView) -> float:
    return greatest(np.maximum(HEALTHY_LOG_UPDATE_RATIO - _log_movements(run), 0.0))


def _update_ratio_spread(run: RunView) -> float:
    ratios = _log_movements(run)
    return float(np.std(ratios)) if ratios.size >= 2 else np.nan


def _depth_imbalance(run: RunView, kind: str, size: Callable[[TensorSeries], Floats]) -> float:
    """|log10 of the lowest over the highest layer| of known depth; NaN under two layers."""
    tensors = [one for one in main_tensors(run, kind) if one.depth is not None]
    known = finite(_array(median(size(one)) for one in tensors))
    return abs(log_ratio(float(known[0]), float(known[-1]))) if known.size >= 2 else np.nan


def _gradient_depth_imbalance(run: RunView) -> float:
    return _depth_imbalance(run, "gradient", touched_rms)


def _activation_depth_imbalance(run: RunView) -> float:
    return _depth_imbalance(run, "activation", lambda one: one["std"])


def _growth(run: RunView, kind: str) -> float:
    """Return the norm over all tensors at their last step over that at their first.

    NaN under two steps.
    """
    tensors = [one for one in run.of_kind(kind) if one.steps.size >= 2]
    with np.errstate(over="ignore"):  # a norm beyond double precision is infinite, hence unknown
        first = np.linalg.norm(_array(one["l2"][0] for one in tensors))
        last = np.linalg.norm(_array(one["l2"][-1] for one in tensors))
    return log_ratio(float(last), float(first))


def _gradient_growth(run: RunView) -> float:
    return _growth(run, "gradient")


def _weight_growth(run: RunView) -> float:
    return _growth(run, "weight")


def _zero_gradient_share(run: RunView) -> float:
    norms = _array(median(one["l2"]) for one in run.of_kind("gradient"))
    return float(np.mean(norms == 0)) if norms.size else np.nan


def _activation_scale(run: RunView) -> float:
    outputs = _array(median(touched_rms(one)) for one in run.of_kind("activation"))
    return bounded_log10(greatest(outputs))


def _dead(run: RunView) -> float:
    return _greatest_of(run, "activation", "dead_fraction")


def _saturated(run: RunView) -> float:
    return _greatest_of(run, "activation", "saturated_fraction")


def _nonfinite(run: RunView) -> float:
    return greatest(_array(greatest(nonfinite(one)) for one in run.layers.values()))


LAYER_FEATURES = (
    Feature(
        "layer_nonfinite_share",
        "greatest share of NaN or infinite elements in any tensor",
        _nonfinite,
    ),
    Feature(
        "gradient_depth_imbalance",
        "distance between the lowest and the highest layer's gradient, in powers of ten "
        "(it vanishes or explodes on its way)",
        _gradient_depth_imbalance,
    ),
    Feature(
        "gradient_growth",
        "growth of the norm of all gradients, in powers of ten",
        _gradient_growth,
    ),
    Feature(
        "gradient_zero_share",
        "share of tensors whose gradient is exactly zero",
        _zero_gradient_share,
    ),
    Feature(
        "weight_growth",
        "growth of the norm of all weights, in powers of ten",
        _weight_growth,
    ),
    Feature(
        "update_ratio_distance",
        f"distance of the median layer's update over weight from 1e{HEALTHY_LOG_UPDATE_RATIO:g}, "
        "in powers of ten",
        _update_ratio_distance,
    ),
    Feature(
        "update_ratio_shortfall",
        "how far update over weight of the layer that moves least is under "
        f"1e{HEALTHY_LOG_UPDATE_RATIO:g}, in powers of ten (frozen or dead: 3)",
        _update_ratio_shortfall,
    ),
    Feature(
        "update_ratio_spread",
        "spread of update over weight between layers, in powers of ten",
        _update_ratio_spread,
    ),
    Feature(
        "dead_fraction",
        "share of dead units in the layer that has most",
        _dead,
    ),
    Feature(
        "saturated_fraction",
        "share of saturated outputs in the layer that has most",
        _saturated,
    ),
    Feature(
        "activation_scale",
        "size of the largest layer's output, in powers of ten (healthy near 0)",
        _activation_scale,
    ),
    Feature(
        "activation_depth_imbalance",
        "distance between the spreads of the lowest and the highest layer's output, "
        "in powers of ten",
        _activation_depth_imbalance,
    ),
)
