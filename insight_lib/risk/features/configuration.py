"""Features of what a run is: its optimizer, its network, how it began; as far as it is recorded.

Neither epochs nor steps are among them: that few are planned says nothing of what becomes of a run.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from insight_lib.dissection.run.curves.divergence import moves_by_its_rate
from insight_lib.dissection.run.initialisation import InitialKernel, initial_kernels
from insight_lib.dissection.run.network import NORMALIZATIONS
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import RELU_LIKE
from insight_lib.dissection.run.recorded.recorded_training import CROSS_ENTROPIES, HINGES
from insight_lib.dissection.run.recorded.topology import GraphLayer, graph_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import bounded_log10, log_ratio
from insight_lib.risk.features.quantity import cut

# Keras's defaults: of SGD, and of the optimizers that move every weight by about their rate.
_SGD_RATE, _ADAPTIVE_RATE = 0.01, 0.001
_SATURATING = frozenset({"sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softsign", "softmax"})
_LINEAR = frozenset({"linear", None})
_THOUSAND = 1000.0  # parameters and rows are counted in: their powers of ten stay within bounds
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def _setting(run: RunView, name: str) -> object:
    recorded = recorded_training.configuration(run).get("optimizer")
    return recorded.get(name) if isinstance(recorded, dict) else None


def _is_adaptive(seen: Seen) -> float:
    known = recorded_training.optimizer(seen.run)
    return np.nan if known is None or known.name is None else float(moves_by_its_rate(known))


def _momentum(seen: Seen) -> float:
    known = recorded_training.optimizer(seen.run)
    if known is None or known.name is None or moves_by_its_rate(known):
        return np.nan
    return min(max(known.momentum, 0.0), 1.0)


def _relative_rate(seen: Seen) -> float:
    """Return log10 of the recorded rate over its default; of SGD of the rate that momentum makes.

    A constant gradient moves the weights by 1 / (1 - momentum) times as much as without it.
    """
    known = recorded_training.optimizer(seen.run)
    if known is None or known.name is None or known.learning_rate is None:
        return np.nan
    if moves_by_its_rate(known):
        return log_ratio(known.learning_rate, _ADAPTIVE_RATE)
    if known.name != "SGD" or not 0 <= known.momentum < 1:
        return np.nan
    return log_ratio(known.learning_rate / (1 - known.momentum), _SGD_RATE)


def _is_scheduled(seen: Seen) -> float:
    rate = _setting(seen.run, "learning_rate")
    return float(isinstance(rate, dict)) if isinstance(rate, dict | float | int) else np.nan


def _is_clipped(seen: Seen) -> float:
    if recorded_training.optimizer(seen.run) is None:
        return np.nan
    return float(any(_setting(seen.run, name) is not None for name in _CLIPS))


def _weight_decay(seen: Seen) -> float:
    if recorded_training.optimizer(seen.run) is None:
        return np.nan
    decay = _setting(seen.run, "weight_decay")
    return bounded_log10(float(decay) if isinstance(decay, float | int) else 0.0)


def _is_of_classes(seen: Seen) -> float:
    known = recorded_training.loss(seen.run)
    return np.nan if known is None else float(known.name in CROSS_ENTROPIES | HINGES)


def _parameters(seen: Seen) -> float:
    count = recorded_layers.trainable_parameters(seen.run)
    if count is None:
        weights = seen.run.of_kind("weight")
        count = round(sum(float(one["count"].max(initial=0)) for one in weights)) or None
    return np.nan if count is None else log_ratio(float(count), _THOUSAND)


def _parameters_per_row(seen: Seen) -> float:
    count, rows = recorded_layers.trainable_parameters(seen.run), recorded_training.rows(seen.run)
    return np.nan if not count or not rows else log_ratio(float(count), float(rows))


@once_a_view
def _graph(run: RunView) -> Mapping[str, GraphLayer]:
    return graph_layers(run)


@once_a_view
def _hidden(run: RunView) -> tuple[GraphLayer, ...]:
    """Return the recorded layers that weigh and sum what comes in, but for those of the output."""
    outputs = recorded_training.configuration(run).get("outputs")
    named = {str(one) for one in outputs} if isinstance(outputs, list) else set()
    weighted = [one for one in _graph(run).values() if one.is_weighted]
    if not named & {one.name for one in weighted}:
        return tuple(weighted[:-1])
    return tuple(one for one in weighted if one.name not in named)


def _depth(seen: Seen) -> float:
    weighted = sum(one.is_weighted for one in _graph(seen.run).values())
    return log_ratio(float(weighted), 1.0) if weighted else np.nan


def _narrowest(seen: Seen) -> float:
    """Return log10 of the least units of a hidden layer over those of the output."""
    output = recorded_layers.output_layer(seen.run)
    widths = [one.width for one in _hidden(seen.run) if one.width]
    if output is None or not output.units or not widths:
        return np.nan
    return log_ratio(float(min(widths)), float(output.units))


def _functions(run: RunView) -> list[str | None]:
    """Return the functions that hidden numbers go through: of layers, and of those after them."""
    layers = _graph(run)
    after = {source: one for one in layers.values() for source in one.inputs}
    return [_function(one, after) for one in _hidden(run) if not one.is_recurrent]


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
    hidden, layers = _hidden(seen.run), _graph(seen.run).values()
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


def _misfits(run: RunView) -> Iterator[float]:
    """Yield log10 of how much wider each kernel was drawn than called for; below 0 narrower."""
    for kernel in initial_kernels(run):
        yield _misfit(kernel)


def _misfit(kernel: InitialKernel) -> float:
    above = log_ratio(kernel.width, kernel.greatest)
    below = log_ratio(kernel.spread, kernel.least)
    return above if above > 0 else min(below, 0.0)


def _widest_start(seen: Seen) -> float:
    return cut(max((one for one in _misfits(seen.run) if np.isfinite(one)), default=np.nan))


def _narrowest_start(seen: Seen) -> float:
    return cut(min((one for one in _misfits(seen.run) if np.isfinite(one)), default=np.nan))


CONFIGURATION_FEATURES = (
    Feature(
        "optimizer_is_adaptive",
        Group.CONFIGURATION,
        "whether the optimizer moves every weight by about its rate, as Adam does (1), or not (0)",
        _is_adaptive,
        say=(
            "the optimizer [follows the size of the gradient, as SGD does|moves every "
            "weight by about its rate, as Adam does]"
        ),
        unit=Unit.FLAG,
    ),
    Feature(
        "optimizer_momentum",
        Group.CONFIGURATION,
        "momentum of an optimizer that follows the gradient's size",
        _momentum,
        say="the momentum is {value}",
    ),
    Feature(
        "learning_rate_over_default",
        Group.CONFIGURATION,
        "learning rate over the default of its optimizer",
        _relative_rate,
        say="the learning rate is {value} times the default of its optimizer",
        unit=Unit.DECADES,
    ),
    Feature(
        "learning_rate_is_scheduled",
        Group.CONFIGURATION,
        "whether the learning rate follows a schedule (1) or not (0)",
        _is_scheduled,
        say="the learning rate [follows no schedule|follows a schedule]",
        unit=Unit.FLAG,
    ),
    Feature(
        "gradient_is_clipped",
        Group.CONFIGURATION,
        "whether the gradient is clipped (1) or not (0)",
        _is_clipped,
        say="the gradient is [not clipped|clipped]",
        unit=Unit.FLAG,
    ),
    Feature(
        "weight_decay",
        Group.CONFIGURATION,
        "weight decay of the optimizer, in powers of ten (none: -6)",
        _weight_decay,
        say="[the optimizer has no weight decay|the optimizer has a weight decay of {value}]",
        unit=Unit.DECADES,
    ),
    Feature(
        "loss_is_of_classes",
        Group.CONFIGURATION,
        "whether the loss is of classes (1) or of quantities (0)",
        _is_of_classes,
        say="the loss is for [quantities|classes]",
        unit=Unit.FLAG,
    ),
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
    Feature(
        "initial_width_greatest",
        Group.CONFIGURATION,
        "width of the initial weights over the widest of He's, Glorot's and LeCun's, in the layer "
        "where that is greatest",
        _widest_start,
        say="the weights of one layer began {value} times as wide as they should",
        unit=Unit.DECADES,
    ),
    Feature(
        "initial_width_least",
        Group.CONFIGURATION,
        "width of the initial weights over the narrowest of He's, Glorot's and LeCun's, in the "
        "layer where that is least",
        _narrowest_start,
        say="the weights of one layer began {value} times as wide as they should",
        unit=Unit.DECADES,
    ),
)
