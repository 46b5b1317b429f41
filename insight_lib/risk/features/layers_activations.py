"""Features of what layers give: of hidden layers, and of the output beside the labels."""

from collections.abc import Callable
from math import sqrt

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.network import hidden_activations, output_layers
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.output_spread import OutputSpread, is_squared_error, output_spread
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import greatest
from insight_lib.risk.features.quantity import (
    Quantity,
    cut,
    drift,
    least,
    log10s,
    middle,
    nonfinite_share,
    over_depth,
    over_layers,
    quantity,
    recent,
    start,
    statistic,
)

_RECENT_SHARE = 0.25  # of the steps: how the output is now


@once_a_view
def _hidden(run: RunView, name: str) -> Quantity:
    return statistic(hidden_activations(run), name)


@once_a_view
def log_spreads(run: RunView) -> Quantity:
    """Return log10 of the standard deviation of what each hidden layer gives."""
    tensors = hidden_activations(run)
    return quantity(tensors, [log10s(one["std"]) for one in tensors])


@once_a_view
def _log_tails(run: RunView) -> Quantity:
    """Return log10 of the largest output of a hidden layer over their standard deviation."""
    tensors = hidden_activations(run)
    return quantity(tensors, [log10s(_largest(one)) - log10s(one["std"]) for one in tensors])


def _largest(tensor: TensorSeries) -> Floats:
    return np.maximum(np.abs(tensor["min"]), np.abs(tensor["max"]))


def _outputs(run: RunView) -> list[TensorSeries]:
    outputs = output_layers(run)
    return [one for one in run.of_kind("activation") if one.layer in outputs]


@once_a_view
def _output(run: RunView, name: str) -> Quantity:
    return statistic(_outputs(run), name)


@once_a_view
def _decisiveness(run: RunView) -> Quantity:
    """Return the spread of probabilities as a share of the largest possible, all 0 or 1."""
    tensors = [one for one in _outputs(run) if _largest_spread(one)]
    return quantity(tensors, [one["std"] / _largest_spread(one) for one in tensors])


def _largest_spread(tensor: TensorSeries) -> float:
    """Return the standard deviation of decided probabilities; 0 of what gives none.

    Of one unit both answers are taken to be as frequent.
    """
    units = (tensor.shape or (None,))[-1] or 0
    if tensor.activation == "sigmoid":
        return 0.5
    return sqrt((units - 1) / units**2) if tensor.activation == "softmax" and units > 1 else 0.0


def _is_dead(run: RunView) -> Quantity:
    return _hidden(run, "dead_fraction")


def _is_saturated(run: RunView) -> Quantity:
    return _hidden(run, "saturated_fraction")


def _is_zero(run: RunView) -> Quantity:
    return _hidden(run, "zero_fraction")


def _is_constant(run: RunView) -> Quantity:
    return _hidden(run, "constant_fraction")


def _output_is_constant(run: RunView) -> Quantity:
    return _output(run, "constant_fraction")


def _output_is_saturated(run: RunView) -> Quantity:
    return _output(run, "saturated_fraction")


def _nonfinite_share(seen: Seen) -> float:
    return nonfinite_share(seen.run, "activation")


@once_a_view
def _beside(run: RunView) -> OutputSpread | None:
    return output_spread(run)


def _beside_labels(measure: Callable[[OutputSpread], Floats]) -> Callable[[Seen], float]:
    """Return the recent median of what outputs of one unit are beside the labels of their batch."""

    def compute(seen: Seen) -> float:
        found = _beside(seen.run)
        if found is None:
            return np.nan
        now = found.steps.size - max(1, round(_RECENT_SHARE * found.steps.size))
        return cut(middle(measure(found)[now:]))

    return compute


def _relative_spread(found: OutputSpread) -> Floats:
    return log10s(found.output_stds) - log10s(found.label_stds)


def _relative_offset(found: OutputSpread) -> Floats:
    return log10s(np.abs(found.output_means - found.label_means)) - log10s(found.label_stds)


def _correlation(found: OutputSpread) -> Floats:
    """Return the correlation of outputs and labels that a squared error tells, -1..1.

    The error is the mean squared difference of all pairs less twice the covariance.
    """
    common = 2 * found.output_stds * found.label_stds
    off = found.all_pairs - found.losses
    known = common > 0
    return np.where(known, np.clip(off / np.where(known, common, 1.0), -1, 1), np.nan)


def _output_correlation(seen: Seen) -> float:
    return _beside_labels(_correlation)(seen) if is_squared_error(seen.run) else np.nan


def _shares(
    name: str,
    of_run: Callable[[RunView], Quantity],
    words: str,
    direction: int = 0,
) -> tuple[Feature, ...]:
    """Return the features of a share of units: in the layer with most, the middle one, its growth.

    Args:
        name: begins their names.
        of_run: the share by layer and step.
        words: goes on the sentence "... of the outputs of a layer".
        direction: of the share in the layer with most; see ``Feature``.
    """
    return (
        Feature(
            f"{name}_share_greatest",
            Group.ACTIVATIONS,
            f"share of outputs that {words}, in the layer with most",
            over_layers(of_run, recent, greatest),
            direction,
            say=f"{{value}} of the outputs of <one layer> {words}",
            unit=Unit.SHARE,
        ),
        Feature(
            f"{name}_share_median",
            Group.ACTIVATIONS,
            f"share of outputs that {words}, in the middle layer",
            over_layers(of_run, recent, middle),
            direction,
            say=f"{{value}} of the outputs of a layer {words}",
            unit=Unit.SHARE,
        ),
        Feature(
            f"{name}_share_drift",
            Group.ACTIVATIONS,
            f"growth since the start of the share of outputs that {words}, where it grew most",
            over_layers(of_run, drift, greatest),
            say=f"the share of outputs that {words} grew by {{value}} in <one layer>",
            unit=Unit.SHARE,
        ),
    )


ACTIVATION_FEATURES = (
    *_shares("dead", _is_dead, "are zero for every example", 1),
    *_shares("saturated", _is_saturated, "are saturated"),
    *_shares("zero", _is_zero, "are zero"),
    Feature(
        "constant_share_greatest",
        Group.ACTIVATIONS,
        "share of outputs that are the same for every example, in the layer with most",
        over_layers(_is_constant, recent, greatest),
        say="{value} of the outputs of <one layer> are the same for every example",
        unit=Unit.SHARE,
    ),
    Feature(
        "activation_scale_greatest",
        Group.ACTIVATIONS,
        "spread of the outputs of the hidden layer where it is greatest",
        over_layers(log_spreads, recent, greatest),
        say="the outputs of <one hidden layer> are spread by {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_scale_least",
        Group.ACTIVATIONS,
        "spread of the outputs of the hidden layer where it is least",
        over_layers(log_spreads, recent, least),
        say="the outputs of <one hidden layer> are spread by {value} only",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_scale_start",
        Group.ACTIVATIONS,
        "spread of the outputs of the hidden layer where it was greatest in the first steps",
        over_layers(log_spreads, start, greatest),
        say="in the first steps the outputs of <one hidden layer> were spread by {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_scale_drift",
        Group.ACTIVATIONS,
        "growth since the start of the spread of a hidden layer's outputs, in the middle layer",
        over_layers(log_spreads, drift, middle),
        say="the outputs of a hidden layer are spread {value} times as far as at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_scale_drift_greatest",
        Group.ACTIVATIONS,
        "growth since the start of the spread of a hidden layer's outputs, where it grew most",
        over_layers(log_spreads, drift, greatest),
        say="the outputs of <one hidden layer> are spread {value} times as far as at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_scale_drift_least",
        Group.ACTIVATIONS,
        "growth since the start of the spread of a hidden layer's outputs, where it grew least",
        over_layers(log_spreads, drift, least),
        say="the outputs of <one hidden layer> are spread {value} times as far as at the start",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_depth_slope",
        Group.ACTIVATIONS,
        "spread of the highest hidden layer's outputs over that of the lowest one's",
        over_depth(log_spreads, recent),
        say="the outputs of the highest hidden layer are spread {value} times as far as those of "
        "the lowest",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_tail",
        Group.ACTIVATIONS,
        "largest output of a hidden layer over the spread of its outputs, where that is greatest",
        over_layers(_log_tails, recent, greatest),
        say="the largest output of <a hidden layer> is {value} times the spread of its outputs",
        unit=Unit.DECADES,
    ),
    Feature(
        "activation_nonfinite_share",
        Group.ACTIVATIONS,
        "share of the layers' outputs seen that hold NaN or infinity",
        _nonfinite_share,
        1,
        say="{value} of the layers' outputs seen hold NaN or infinity",
        unit=Unit.SHARE,
    ),
    Feature(
        "output_constant_share",
        Group.ACTIVATIONS,
        "share of the model's outputs that are the same for every example",
        over_layers(_output_is_constant, recent, greatest),
        say="{value} of the model's outputs are the same for every example",
        unit=Unit.SHARE,
    ),
    Feature(
        "output_saturated_share",
        Group.ACTIVATIONS,
        "share of the model's outputs that are saturated",
        over_layers(_output_is_saturated, recent, greatest),
        say="{value} of the model's outputs are saturated",
        unit=Unit.SHARE,
    ),
    Feature(
        "output_decided_share",
        Group.ACTIVATIONS,
        "spread of the probabilities that the model gives, as a share of the largest possible",
        over_layers(_decisiveness, recent, least),
        say="the model's probabilities are {value} as spread as decided ones",
        unit=Unit.SHARE,
    ),
    Feature(
        "output_decided_drift",
        Group.ACTIVATIONS,
        "growth since the start of the spread of the probabilities that the model gives",
        over_layers(_decisiveness, drift, least),
        say="the spread of the model's probabilities grew by {value} of the largest possible",
        unit=Unit.SHARE,
    ),
    Feature(
        "output_label_spread",
        Group.ACTIVATIONS,
        "spread of the output over that of the labels of the same batch",
        _beside_labels(_relative_spread),
        say="the output is spread {value} times as far as the labels",
        unit=Unit.DECADES,
    ),
    Feature(
        "output_label_offset",
        Group.ACTIVATIONS,
        "distance of the mean output from the mean label, over the labels' spread",
        _beside_labels(_relative_offset),
        say="the mean output is {value} times the labels' spread away from the mean label",
        unit=Unit.DECADES,
    ),
    Feature(
        "output_label_correlation",
        Group.ACTIVATIONS,
        "correlation of outputs and labels",
        _output_correlation,
        -1,
        say="outputs and labels are correlated by {value}",
    ),
)
