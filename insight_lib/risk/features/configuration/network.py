"""Features of the size of the network, as far as it is recorded."""

import numpy as np

from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.topology import graph_layers
from insight_lib.risk.features.configuration.hidden_layers import hidden_layers
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import log_ratio

_THOUSAND = 1000.0  # parameters and rows are counted in: their powers of ten stay within bounds


def _parameters(seen: Seen) -> float:
    count = recorded_layers.trainable_parameters(seen.run)
    if count is None:
        weights = seen.run.of_kind("weight")
        count = round(sum(float(one["count"].max(initial=0)) for one in weights)) or None
    return np.nan if count is None else log_ratio(float(count), _THOUSAND)


def _parameters_per_row(seen: Seen) -> float:
    count, rows = recorded_layers.trainable_parameters(seen.run), recorded_training.rows(seen.run)
    return np.nan if not count or not rows else log_ratio(float(count), float(rows))


def _depth(seen: Seen) -> float:
    weighted = sum(one.is_weighted for one in graph_layers(seen.run).values())
    return log_ratio(float(weighted), 1.0) if weighted else np.nan


def _narrowest(seen: Seen) -> float:
    """Return log10 of the least units of a hidden layer over those of the output."""
    output = recorded_layers.output_layer(seen.run)
    widths = [one.width for one in hidden_layers(seen.run) if one.width]
    if output is None or not output.units or not widths:
        return np.nan
    return log_ratio(float(min(widths)), float(output.units))


NETWORK_FEATURES = (
    Feature(
        "parameters",
        Group.CONFIGURATION,
        "thousands of trainable parameters",
        _parameters,
        say="the network has {value} thousand parameters",
        unit=Unit.DECADES,
    ),
    Feature(
        "parameters_per_example",
        Group.CONFIGURATION,
        "trainable parameters over training examples",
        _parameters_per_row,
        say="there are {value} parameters for each training example",
        unit=Unit.DECADES,
    ),
    Feature(
        "network_depth",
        Group.CONFIGURATION,
        "number of layers with weights, in powers of ten",
        _depth,
        say="the number of layers with weights is {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "network_narrowest",
        Group.CONFIGURATION,
        "units of the narrowest hidden layer over those of the output",
        _narrowest,
        say="the narrowest hidden layer has {value} times the units of the output",
        unit=Unit.DECADES,
    ),
)
