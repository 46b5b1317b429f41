"""Features of the gradients of layers.

A gradient has the loss's scale, so that it is only compared with itself: with other layers, with
other steps.
"""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.gradients import traced_gradients
from insight_lib.dissection.run.network import is_embedding, nonfinite, touched_rms
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import finite, greatest
from insight_lib.risk.features.quantity import (
    Quantity,
    cut,
    drift,
    least,
    least_to_middle,
    log10s,
    main_of,
    middle,
    noise,
    nonfinite_share,
    over_depth,
    over_layers,
    peak,
    quantity,
    recent,
    spread,
    start,
    statistic,
)


@once_a_view
def log_sizes(run: RunView) -> Quantity:
    """Return log10 of the root mean square of each layer's gradient where it is not zero."""
    tensors = main_of(run, "gradient")
    return quantity(tensors, [log10s(touched_rms(one)) for one in tensors])


@once_a_view
def _log_norm(run: RunView) -> Quantity:
    """Return log10 of the norm of the whole gradient, as of one layer; of none without any."""
    found = traced_gradients(run)
    if found is None:
        return Quantity(np.zeros(0, dtype=np.int64), np.zeros((0, 0)), np.zeros(0))
    return Quantity(found.steps, log10s(found.total)[np.newaxis], np.full(1, np.nan))


@once_a_view
def _norms(run: RunView) -> Quantity:
    """Return the norm of each tensor of the gradient; not known where it holds NaN or infinity."""
    tensors = run.of_kind("gradient")
    return quantity(tensors, [np.where(nonfinite(one) > 0, np.nan, one["l2"]) for one in tensors])


@once_a_view
def _zeros(run: RunView) -> Quantity:
    """Return the share of zeros in each layer's gradient; without embeddings, of most rows zero."""
    dense = [one for one in main_of(run, "gradient") if not is_embedding(one)]
    return statistic(dense, "zero_fraction")


@once_a_view
def _log_tails(run: RunView) -> Quantity:
    tensors = main_of(run, "gradient")
    return quantity(tensors, [log10s(_tail(one)) for one in tensors])


def _tail(tensor: TensorSeries) -> Floats:
    """Return the largest element over the root mean square of those that are not zero, (n,)."""
    largest = np.maximum(np.abs(tensor["min"]), np.abs(tensor["max"]))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(largest / touched_rms(tensor))


def _zero_tensors(seen: Seen) -> float:
    known = finite(_norms(seen.run).recent)
    return float(np.mean(known == 0)) if known.size else np.nan


def _depth_drift(seen: Seen) -> float:
    before, now = (over_depth(log_sizes, column)(seen) for column in (start, recent))
    return cut(now - before)


def _nonfinite_share(seen: Seen) -> float:
    return nonfinite_share(seen.run, "gradient")


GRADIENT_FEATURES = (
    Feature(
        "gradient_depth_slope",
        Group.GRADIENTS,
        "gradient of the highest layer over that of the lowest (much above 1: it vanishes on its "
        "way down, much below: it explodes)",
        over_depth(log_sizes, recent),
        say="the gradient of the highest layer is {value} times that of the lowest",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_depth_slope_start",
        Group.GRADIENTS,
        "gradient of the highest layer over that of the lowest in the first steps",
        over_depth(log_sizes, start),
        say="in the first steps the gradient of the highest layer was {value} times that of the "
        "lowest",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_depth_drift",
        Group.GRADIENTS,
        "growth since the start of the highest layer's gradient over the lowest one's",
        _depth_drift,
        say="the highest layer's gradient over the lowest one's is {value} times what it was",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_spread",
        Group.GRADIENTS,
        "spread of the gradient's size between layers, in powers of ten",
        over_layers(log_sizes, recent, spread),
        say="the gradients of layers differ by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_weakest",
        Group.GRADIENTS,
        "gradient of the layer with the smallest, over that of the middle layer",
        over_layers(log_sizes, recent, least_to_middle),
        say="the gradient of <one layer>, the smallest, is {value} of that of the middle layer",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_growth",
        Group.GRADIENTS,
        "growth of the whole gradient since the start",
        over_layers(_log_norm, drift, middle),
        say="the gradient is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_growth_least",
        Group.GRADIENTS,
        "growth of the gradient since the start, in the layer where it grew least",
        over_layers(log_sizes, drift, least),
        say="the gradient of <one layer> is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_growth_greatest",
        Group.GRADIENTS,
        "growth of the gradient since the start, in the layer where it grew most",
        over_layers(log_sizes, drift, greatest),
        say="the gradient of <one layer> is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_peak",
        Group.GRADIENTS,
        "largest gradient so far over the usual one",
        over_layers(_log_norm, peak, middle),
        say="the largest gradient so far is {value} times the usual one",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_noise",
        Group.GRADIENTS,
        "noise of the whole gradient's size from step to step, in powers of ten",
        over_layers(_log_norm, noise, middle),
        say="the size of the whole gradient varies from step to step by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_noise_greatest",
        Group.GRADIENTS,
        "noise of the gradient's size from step to step, in powers of ten, in the layer where it "
        "is greatest",
        over_layers(log_sizes, noise, greatest),
        say="in <one layer> the gradient's size varies from step to step by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_tail",
        Group.GRADIENTS,
        "largest element of a gradient over its root mean square, in the middle layer",
        over_layers(_log_tails, recent, middle),
        say="the largest element of a gradient is {value} times its usual element",
        unit=Unit.DECADES,
    ),
    Feature(
        "gradient_zero_tensors",
        Group.GRADIENTS,
        "share of tensors whose gradient is exactly zero",
        _zero_tensors,
        1,
        say="{value} of the tensors get no gradient at all",
        unit=Unit.SHARE,
    ),
    Feature(
        "gradient_zero_share",
        Group.GRADIENTS,
        "share of a gradient's elements that are exactly zero, in the middle layer",
        over_layers(_zeros, recent, middle),
        say="{value} of the weights of a layer get no gradient",
        unit=Unit.SHARE,
    ),
    Feature(
        "gradient_zero_share_greatest",
        Group.GRADIENTS,
        "share of a gradient's elements that are exactly zero, in the layer with most",
        over_layers(_zeros, recent, greatest),
        say="{value} of the weights of <one layer> get no gradient",
        unit=Unit.SHARE,
    ),
    Feature(
        "gradient_zero_share_drift",
        Group.GRADIENTS,
        "growth since the start of the share of a gradient's elements that are exactly zero, in "
        "the layer where it grew most",
        over_layers(_zeros, drift, greatest),
        say="the share of weights of <one layer> that get no gradient grew by {value}",
        unit=Unit.SHARE,
    ),
    Feature(
        "gradient_nonfinite_share",
        Group.GRADIENTS,
        "share of the gradients seen that hold NaN or infinity",
        _nonfinite_share,
        1,
        say="{value} of the gradients seen hold NaN or infinity",
        unit=Unit.SHARE,
    ),
)
