"""Features of hidden layers: what their numbers go through, and what holds them back."""

import numpy as np

from insight_lib.dissection.run.network import NORMALIZATIONS
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import RELU_LIKE
from insight_lib.dissection.run.recorded.topology import GraphLayer, graph_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import bounded_log10

_SATURATING = frozenset({"sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softsign", "softmax"})
_LINEAR = frozenset({"linear", None})


@once_a_view
def hidden_layers(run: RunView) -> tuple[GraphLayer, ...]:
    """Return the recorded layers that weigh and sum what comes in, but for those of the output."""
    outputs = recorded_training.configuration(run).get("outputs")
    named = {str(one) for one in outputs} if isinstance(outputs, list) else set()
    weighted = [one for one in graph_layers(run).values() if one.is_weighted]
    if not named & {one.name for one in weighted}:
        return tuple(weighted[:-1])
    return tuple(one for one in weighted if one.name not in named)


def _functions(run: RunView) -> list[str | None]:
    """Return the functions that hidden numbers go through: of layers, and of those after them."""
    layers = graph_layers(run)
    after = {source: one for one in layers.values() for source in one.inputs}
    return [_function(one, after) for one in hidden_layers(run) if not one.is_recurrent]


def _function(layer: GraphLayer, after: dict[str, GraphLayer]) -> str | None:
    """Return the first function that is not linear on the way up to the next weighted layer."""
    one: GraphLayer | None = layer
    for _ in range(len(after) + 1):
        if one is None or (one is not layer and one.is_weighted):
            break
        if one.activation not in _LINEAR:
            return one.activation
        one = after.get(one.name)
    return None


def _share_of_functions(seen: Seen, kinds: frozenset[str | None]) -> float:
    found = _functions(seen.run)
    return sum(one in kinds for one in found) / len(found) if found else np.nan


def _saturating(seen: Seen) -> float:
    return _share_of_functions(seen, frozenset(_SATURATING))


def _linear(seen: Seen) -> float:
    return _share_of_functions(seen, frozenset({None}))


def _relu(seen: Seen) -> float:
    return _share_of_functions(seen, frozenset(RELU_LIKE))


def _normalised(seen: Seen) -> float:
    """Return how many normalisation layers there are for each hidden layer, up to 1."""
    hidden, layers = hidden_layers(seen.run), graph_layers(seen.run).values()
    found = sum(one.kind in NORMALIZATIONS for one in layers)
    return min(found / len(hidden), 1.0) if hidden else np.nan


def _dropout(seen: Seen) -> float:
    if not recorded_layers.are_recorded(seen.run):
        return np.nan
    return max(recorded_layers.dropout_rates(seen.run).values(), default=0.0)


def _penalty(seen: Seen) -> float:
    if not recorded_layers.are_recorded(seen.run):
        return np.nan
    found = recorded_layers.penalties(seen.run).values()
    return bounded_log10(max((one.factor for one in found), default=0.0))


HIDDEN_LAYER_FEATURES = (
    Feature(
        "hidden_saturating_share",
        Group.CONFIGURATION,
        "share of hidden layers whose function saturates (sigmoid, tanh, softmax)",
        _saturating,
        say=(
            "[no hidden layer has an activation that saturates|{value} of the hidden "
            "layers have an activation that saturates|all hidden layers have an "
            "activation that saturates]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "hidden_linear_share",
        Group.CONFIGURATION,
        "share of hidden layers without a function",
        _linear,
        say=(
            "[all hidden layers have an activation|{value} of the hidden layers have no "
            "activation|the hidden layers have no activation]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "hidden_relu_share",
        Group.CONFIGURATION,
        "share of hidden layers with a ReLU",
        _relu,
        say=(
            "[no hidden layer has a ReLU|{value} of the hidden layers have a ReLU|all "
            "hidden layers have a ReLU]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "hidden_normalised_share",
        Group.CONFIGURATION,
        "normalisation layers for each hidden layer (at most 1)",
        _normalised,
        say=(
            "[no hidden layer is normalised|{value} of the hidden layers are "
            "normalised|all hidden layers are normalised]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "dropout_greatest",
        Group.CONFIGURATION,
        "largest dropout rate",
        _dropout,
        say=(
            "[there is no dropout|dropout takes {value} of the inputs of a layer|dropout "
            "takes all inputs of a layer]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "penalty_greatest",
        Group.CONFIGURATION,
        "largest penalty on weights, in powers of ten (none: -6)",
        _penalty,
        say="[there is no penalty on weights|the largest penalty on weights is {value}]",
        unit=Unit.DECADES,
    ),
)
