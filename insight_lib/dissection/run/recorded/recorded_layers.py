"""What a run's recorded configuration says of its layers, as far as it says it.

As in ``recorded``: what is absent or of another type than expected is not known.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded.recorded_training import configuration, whole
from insight_lib.dissection.run.view import RunView

# Layers that hand on each number as it is, or a mean or maximum of numbers: the range stays.
_RANGE_KEEPING = re.compile(
    r"Flatten|Reshape|Permute|Dropout|Identity|(Global)?(Average|Max)Pooling[123]D"
)
# Of any other layer, what it gives is not known from its activation function.
_ENDS_IN_ACTIVATION = re.compile(
    r"Dense|EinsumDense|(Separable|Depthwise)?Conv[123]D(Transpose)?|LSTM|GRU|SimpleRNN"
    r"|Activation|ReLU|LeakyReLU|PReLU|ELU|Softmax"
)
_RESCALING = re.compile(r"(\w*Normalization|Rescaling|Discretization|Hashing|Lambda)")
_RESTRAINING = re.compile(r"Dropout|Noise|^Random|Mix[Uu]p|CutMix|Augment")
_DENSE = "Dense"
_BATCH_NORM = "BatchNormalization"
_WEIGHTED_SUM = re.compile(r"Dense|Conv[123]D")
_LINEAR = re.compile(
    r"Flatten|Reshape|(Spatial)?Dropout([123]D)?|BatchNormalization|Identity"
    r"|AveragePooling[123]D|ZeroPadding[123]D"
)
_WRAPPER = "TimeDistributed"
_FUNCTIONS = frozenset({"Activation", "Softmax"})

LINEAR = "linear"
_Layer = Mapping[str, Any]


@dataclass(frozen=True)
class OutputLayer:
    """The one layer that makes the model's output.

    ``name`` is its path; ``activation`` is the function that the output went through last,
    ``linear`` where none; ``units`` is the size of the output's last axis, None where not known.
    ``activation_before`` is the function that numbers went through before, where the layer does
    nothing but apply its own; None otherwise.
    """

    name: str
    activation: str
    units: int | None
    activation_before: str | None = None


@once_a_view
def output_layer(view: RunView) -> OutputLayer | None:
    """Return the layer that makes the output; None where that is not known for sure.

    It is known where the model is a graph of layers with one output, and the layer at its end is of
    a class whose activation function says what comes out; layers that only move numbers about, as
    Flatten does, are looked through.
    """
    layers = recorded_layers(view)
    recorded = configuration(view).get("outputs")
    end = recorded[0] if isinstance(recorded, list) and len(recorded) == 1 else None
    layer = layers.get(end) if isinstance(end, str) else None
    shape = layer.get("output_shape") if layer else None
    for _ in layers:
        if layer is None or not _RANGE_KEEPING.fullmatch(str(layer.get("type"))):
            break
        layer = layers.get(only_source(layer) or "")
    inner = _inside(layer, layers)
    if layer is None or inner is None or not _ENDS_IN_ACTIVATION.fullmatch(str(inner.get("type"))):
        return None
    before = layers.get(only_source(layer) or "", {}) if layer.get("type") in _FUNCTIONS else {}
    shape = before.get("output_shape") if shape is None else shape
    units = whole(shape[-1]) if isinstance(shape, list) and shape else None
    giving = before or layer
    if units is None and _is_dense(giving):
        units = whole(giving.get("units"))
    function = before.get("activation")
    return OutputLayer(
        str(layer.get("name")),
        str(inner.get("activation") or LINEAR),
        units,
        function if isinstance(function, str) else None,
    )


def linear_pairs(view: RunView) -> list[tuple[str, str]]:
    """Return the pairs of dense layers or convolutions with nothing but linear functions between.

    Each pair is the lower and the upper layer's name; the lower one feeds the upper one alone.
    """
    layers = recorded_layers(view)
    uses = Counter(source for layer in layers.values() for source in _sources(layer))
    branching = {name for name, times in uses.items() if times > 1}
    sums = (name for name, layer in layers.items() if _is_weighted_sum(layer))
    pairs = ((_sum_below(name, layers, branching), name) for name in sums)
    return [
        (below, name)
        for below, name in pairs
        if below is not None and layers[below].get("activation") in (None, LINEAR)
    ]


def _sum_below(name: str, layers: Mapping[str, _Layer], branching: set[str]) -> str | None:
    """Return the weighted sum that alone feeds this one through linear functions only."""
    below = only_source(layers[name])
    for _ in layers:
        if below is None or below not in layers or below in branching:
            return None
        if not _LINEAR.fullmatch(str(layers[below].get("type"))):
            break
        below = only_source(layers[below])
    return below if below is not None and _is_weighted_sum(layers.get(below, {})) else None


def _is_weighted_sum(layer: _Layer) -> bool:
    return bool(_WEIGHTED_SUM.fullmatch(str(layer.get("type"))))


def _is_dense(layer: _Layer) -> bool:
    return layer.get("type") == _DENSE


def trainable_parameters(view: RunView) -> int | None:
    """Return how many numbers the training may move; None where no layer is recorded."""
    layers = _layers(view)
    counts = [whole(layer.get("parameters")) for layer in layers if layer.get("trainable")]
    return sum(count for count in counts if count) if layers else None


def scales_its_inputs(view: RunView) -> bool:
    """Return whether the first layer to have one may bring inputs to another scale by itself."""
    for layer in _layers(view):
        kind = layer.get("type")
        if isinstance(kind, str) and _RESCALING.fullmatch(kind):
            return True
        if whole(layer.get("parameters")):
            return False
    return False


def dropout_rates(view: RunView) -> dict[str, float]:
    """Return the rate, above 0, of each layer that drops some of its inputs while training."""
    rates = {}
    for layer in _layers(view):
        settings = layer.get("settings")
        rate = settings.get("rate") if isinstance(settings, dict) else None
        is_dropout = "Dropout" in str(layer.get("type"))
        if is_dropout and isinstance(rate, float | int) and 0 < rate <= 1:
            rates[str(layer.get("name"))] = float(rate)
    return rates


@dataclass(frozen=True)
class Penalty:
    """What a kernel's size adds to the loss: ``name`` is l1 or l2, as Keras names the factor."""

    name: str
    factor: float


def penalties(view: RunView) -> dict[str, Penalty]:
    """Return the larger factor, above 0, of each layer whose kernel has an L1 or L2 regulariser."""
    found = {}
    for name, layer in recorded_layers(view).items():
        recorded = layer.get("regularizers")
        kernel = recorded.get("kernel") if isinstance(recorded, dict) else None
        factors = kernel if isinstance(kernel, dict) else {}
        known = [
            Penalty(key, float(value))
            for key in ("l1", "l2")
            if isinstance(value := factors.get(key), float | int) and value > 0
        ]
        if known:
            found[name] = max(known, key=lambda one: one.factor)
    return found


def are_recorded(view: RunView) -> bool:
    """Return whether the layers are recorded."""
    return bool(_layers(view))


def is_restrained(view: RunView) -> bool:
    """Return whether a layer makes the training harder than the validation."""
    kinds = [str(layer.get("type")) for layer in _layers(view)]
    return is_regularised(view) or any(_RESTRAINING.search(kind) for kind in kinds)


def is_regularised(view: RunView) -> bool:
    """Return whether a layer adds to the loss."""
    return any(layer.get("regularizers") for layer in _layers(view))


def penalised_tensors(view: RunView) -> frozenset[tuple[str, str]]:
    """Return the traced gradients, by layer and tensor, to which regularisation adds.

    A regulariser of a layer's output reaches all that lies below it, so that all are returned.
    """
    roles = {str(one.get("name")): _regularised(one) for one in _layers(view)}
    is_of_outputs = any("activity" in regularizers for regularizers in roles.values())
    return frozenset(
        (one.layer, one.tensor)
        for one in view.of_kind("gradient")
        if is_of_outputs or any(_is_of(one.tensor, role) for role in roles.get(one.layer, ()))
    )


def _is_of(tensor: str, role: str) -> bool:
    """Return whether Keras's regulariser of a name is that of a tensor.

    >>> _is_of("recurrent_kernel", "recurrent"), _is_of("bias", "kernel")
    (True, False)
    """
    return tensor == role or tensor.startswith(f"{role}_")


def batch_norm_momenta(view: RunView) -> dict[str, float]:
    """Return the momentum, between 0 and 1, of each BatchNormalization that is trained, by name."""
    found = {}
    for layer in _layers(view):
        settings = layer.get("settings")
        momentum = settings.get("momentum") if isinstance(settings, dict) else None
        is_trained = layer.get("type") == _BATCH_NORM and layer.get("trainable") is not False
        if is_trained and isinstance(momentum, float | int) and 0 < momentum < 1:
            found[str(layer.get("name"))] = float(momentum)
    return found


def _regularised(layer: _Layer) -> tuple[str, ...]:
    """Return what a layer regularises: the names of weights, and ``activity`` for its output."""
    recorded = layer.get("regularizers")
    return tuple(map(str, recorded)) if isinstance(recorded, dict | list) else ()


def _inside(layer: _Layer | None, layers: Mapping[str, _Layer]) -> _Layer | None:
    """Return the layer that a wrapper applies to each time step; any other layer itself."""
    if layer is None or layer.get("type") != _WRAPPER:
        return layer
    prefix = f"{layer.get('name')}/"
    return next((one for name, one in layers.items() if name.startswith(prefix)), None)


# Rules ask it of every layer, one run at a time.
@once_a_view
def recorded_layers(view: RunView) -> Mapping[str, _Layer]:
    """Return what is recorded of each layer, by its path."""
    return {str(layer.get("name")): layer for layer in _layers(view)}


def _layers(view: RunView) -> list[_Layer]:
    recorded = configuration(view).get("topology")
    return (
        [layer for layer in recorded if isinstance(layer, dict)]
        if isinstance(recorded, list)
        else []
    )


def only_source(layer: _Layer) -> str | None:
    """Return the layer that alone feeds one; None where there are several, or none."""
    fed_by = _sources(layer)
    return fed_by[0] if len(fed_by) == 1 else None


def _sources(layer: _Layer) -> list[str]:
    fed_by = layer.get("inputs")
    return [name for name in fed_by if isinstance(name, str)] if isinstance(fed_by, list) else []
