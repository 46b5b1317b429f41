"""Features of the weights of layers: how far they went from where they began."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import greatest
from insight_lib.risk.features.quantity import (
    Quantity,
    drift,
    latest,
    least,
    log10s,
    main_of,
    middle,
    nonfinite_share,
    over_depth,
    over_layers,
    quantity,
    recent,
    spread,
)


@once_a_view
def _log_norms(run: RunView) -> Quantity:
    tensors = main_of(run, "weight")
    return quantity(tensors, [log10s(one["l2"]) for one in tensors])


@once_a_view
def log_distances(run: RunView) -> Quantity:
    """Return log10 of how far each layer's weights went, relative to where they began."""
    tensors = main_of(run, "weight")
    return quantity(tensors, [log10s(one["change_since_start"]) for one in tensors])


@once_a_view
def _log_tails(run: RunView) -> Quantity:
    tensors = main_of(run, "weight")
    return quantity(tensors, [log10s(_largest(one)) - _log_rms(one) for one in tensors])


def _largest(tensor: TensorSeries) -> Floats:
    return np.maximum(np.abs(tensor["min"]), np.abs(tensor["max"]))


def _log_rms(tensor: TensorSeries) -> Floats:
    return log10s(tensor["l2"]) - log10s(tensor["count"]) / 2


def _nonfinite_share(seen: Seen) -> float:
    return nonfinite_share(seen.run, "weight")


WEIGHT_FEATURES = (
    Feature(
        "weight_growth_greatest",
        Group.WEIGHTS,
        "growth of a layer's weights since the start, where they grew most",
        over_layers(_log_norms, drift, greatest),
        say="the weights of <one layer> are {value} times what they were at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_growth_median",
        Group.WEIGHTS,
        "growth of the middle layer's weights since the start",
        over_layers(_log_norms, drift, middle),
        say="the weights of a layer are {value} times what they were at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_growth_least",
        Group.WEIGHTS,
        "growth of a layer's weights since the start, where they grew least",
        over_layers(_log_norms, drift, least),
        say="the weights of <one layer> are {value} times what they were at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_distance_greatest",
        Group.WEIGHTS,
        "distance of the weights from where they began, over their size then, in the layer that "
        "went farthest",
        over_layers(log_distances, latest, greatest),
        say="the weights of <one layer> are {value} times their first size away from where they "
        "began",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_distance_median",
        Group.WEIGHTS,
        "distance of the weights from where they began, over their size then, in the middle layer",
        over_layers(log_distances, latest, middle),
        say="the weights of a layer are {value} times their first size away from where they began",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_distance_least",
        Group.WEIGHTS,
        "distance of the weights from where they began, over their size then, in the layer that "
        "stayed nearest",
        over_layers(log_distances, latest, least),
        say="the weights of <one layer> are only {value} times their first size away from where "
        "they began",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_distance_spread",
        Group.WEIGHTS,
        "spread between layers of how far the weights went, in powers of ten",
        over_layers(log_distances, latest, spread),
        say="how far the weights went differs between layers by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_distance_depth_slope",
        Group.WEIGHTS,
        "how far the highest layer's weights went, over how far the lowest one's did",
        over_depth(log_distances, latest),
        say="the weights of the highest layer went {value} times as far as those of the lowest",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_tail",
        Group.WEIGHTS,
        "largest weight over their root mean square, in the layer where that is greatest",
        over_layers(_log_tails, recent, greatest),
        say="the largest weight of <a layer> is {value} times its usual weight",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_tail_drift",
        Group.WEIGHTS,
        "growth since the start of the largest weight over their root mean square, where it grew "
        "most",
        over_layers(_log_tails, drift, greatest),
        say="the largest weight of <a layer> over its usual one is {value} times what it was",
        unit=Unit.DECADES,
    ),
    Feature(
        "weight_nonfinite_share",
        Group.WEIGHTS,
        "share of the weights seen that hold NaN or infinity",
        _nonfinite_share,
        1,
        say="{value} of the weights seen hold NaN or infinity",
        unit=Unit.SHARE,
    ),
)
