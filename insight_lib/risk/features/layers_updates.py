"""Features of the updates of layers: how far a step moves the weights."""

import numpy as np

from insight_lib.dissection.run.network import is_embedding, movements
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import DECADES, finite, greatest
from insight_lib.risk.features.quantity import (
    Quantity,
    drift,
    least,
    log10s,
    main_of,
    middle,
    noise,
    over_depth,
    over_layers,
    peak,
    recent,
    spread,
    start,
    statistic,
)

# Rule of thumb of DL4J's training UI and of Karpathy's notes: updates are about 1e-3 of weights.
_USUAL = -3.0


@once_a_view
def log_ratios(run: RunView) -> Quantity:
    """Return log10 of update over weight of each layer; -DECADES where it stands still."""
    moving = movements(run)
    logs = np.maximum(log10s(moving.values), -DECADES)
    values = np.where(moving.values == 0, -DECADES, logs)
    depths = [np.nan if depth is None else float(depth) for depth in moving.depths]
    return Quantity(moving.steps, values, np.array(depths, dtype=np.float64), moving.layers)


@once_a_view
def sign_changes(run: RunView) -> Quantity:
    """Return the share of elements whose update turned round since the step before."""
    return statistic(main_of(run, "update"), "sign_change_rate")


@once_a_view
def _touched(run: RunView) -> Quantity:
    tables = [one for one in run.of_kind("gradient") if is_embedding(one)]
    return statistic(tables, "touched_fraction")


@once_a_view
def _never_touched(run: RunView) -> Quantity:
    tables = [one for one in run.of_kind("weight") if is_embedding(one)]
    return statistic(tables, "untouched_fraction")


def _distance(seen: Seen) -> float:
    return min(abs(middle(log_ratios(seen.run).recent) - _USUAL), DECADES)


def _still_share(seen: Seen) -> float:
    known = finite(log_ratios(seen.run).recent)
    return float(np.mean(known <= -DECADES)) if known.size else np.nan


UPDATE_FEATURES = (
    Feature(
        "update_ratio_median",
        Group.UPDATES,
        "update over weight of the middle layer",
        over_layers(log_ratios, recent, middle),
        say="a step changes the weights of a layer by {value} of their size",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_least",
        Group.UPDATES,
        "update over weight of the layer that moves least",
        over_layers(log_ratios, recent, least),
        say="in <the layer that moves least>, a step changes the weights by {value} of their size",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_greatest",
        Group.UPDATES,
        "update over weight of the layer that moves most",
        over_layers(log_ratios, recent, greatest),
        say="in <the layer that moves most>, a step changes the weights by {value} of their size",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_distance",
        Group.UPDATES,
        "distance of update over weight of the middle layer from the usual one in a thousand, "
        "in powers of ten",
        _distance,
        say="the middle layer's updates are {value} times off a thousandth of its weights",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_start",
        Group.UPDATES,
        "update over weight of the middle layer in the first steps",
        over_layers(log_ratios, start, middle),
        say="the first steps changed the weights of a layer by {value} of their size",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_start_greatest",
        Group.UPDATES,
        "update over weight in the first steps, of the layer that moved most then",
        over_layers(log_ratios, start, greatest),
        say="the first steps changed the weights of <one layer> by {value} of their size",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_peak",
        Group.UPDATES,
        "largest update over weight of any layer so far, over what is usual in that layer",
        over_layers(log_ratios, peak, greatest),
        say="the largest step of <one layer> so far was {value} times its usual one",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_drift",
        Group.UPDATES,
        "growth of update over weight of the middle layer since the start",
        over_layers(log_ratios, drift, middle),
        say="the updates of a layer are {value} times what they were at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_drift_least",
        Group.UPDATES,
        "growth of update over weight since the start, of the layer in which it grew least",
        over_layers(log_ratios, drift, least),
        say="the updates of <one layer> are {value} times what they were at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_spread",
        Group.UPDATES,
        "spread of update over weight between layers, in powers of ten",
        over_layers(log_ratios, recent, spread),
        say="the updates of layers, over their weights, differ by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_depth_slope",
        Group.UPDATES,
        "update over weight of the highest layer, over that of the lowest",
        over_depth(log_ratios, recent),
        say="update over weight of the highest layer is {value} times that of the lowest",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_ratio_noise",
        Group.UPDATES,
        "noise of update over weight from step to step, in powers of ten",
        over_layers(log_ratios, noise, middle),
        say="the updates over the weights vary from step to step by a factor of {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "update_still_share",
        Group.UPDATES,
        "share of layers whose weights stand still",
        _still_share,
        say="{value} of the layers do not move",
        unit=Unit.SHARE,
    ),
    Feature(
        "update_turn_share",
        Group.UPDATES,
        "share of weights whose update turned round since the step before, in the middle layer",
        over_layers(sign_changes, recent, middle),
        say="{value} of the weights of a layer turn round from one step to the next",
        unit=Unit.SHARE,
    ),
    Feature(
        "update_turn_share_greatest",
        Group.UPDATES,
        "share of weights whose update turned round since the step before, where most do",
        over_layers(sign_changes, recent, greatest),
        say="{value} of the weights of <one layer> turn round from one step to the next",
        unit=Unit.SHARE,
    ),
    Feature(
        "update_turn_share_drift",
        Group.UPDATES,
        "growth since the start of the share of weights whose update turns round",
        over_layers(sign_changes, drift, middle),
        say="the share of weights that turn round from one step to the next grew by {value}",
        unit=Unit.SHARE,
    ),
    Feature(
        "embedding_touched_share",
        Group.UPDATES,
        "share of an embedding's rows that a batch touches",
        over_layers(_touched, recent, least),
        say="a batch touches {value} of the rows of <an embedding>",
        unit=Unit.SHARE,
    ),
    Feature(
        "embedding_untouched_share",
        Group.UPDATES,
        "share of an embedding's rows that never moved so far",
        over_layers(_never_touched, recent, greatest),
        say="{value} of the rows of <an embedding> never moved so far",
        unit=Unit.SHARE,
    ),
)
