"""What a run's recorded configuration says of its model, loss and data, as far as it says it.

The configuration is JSON that anyone may have written: what is absent or of another type than
expected is not known, and nothing here raises. Rules take what they need from here alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insight_lib.dissection.view import RunView

LINEAR = "linear"
BINARY_LOSSES = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
SPARSE_LOSSES = frozenset({"sparse_categorical_crossentropy"})
ONE_HOT_LOSSES = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy"})
CLASS_LOSSES = SPARSE_LOSSES | ONE_HOT_LOSSES
DISTANCES = frozenset(
    {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
    | {"mean_absolute_percentage_error", "mean_squared_logarithmic_error"}
)
_SHORT_NAMES = {
    "bce": "binary_crossentropy",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
}
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
_WRAPPER = "TimeDistributed"

_Layer = Mapping[str, Any]


@dataclass(frozen=True)
class OutputLayer:
    """The one layer that makes the model's output.

    ``name`` is its path; ``activation`` is the function that the output went through last,
    ``linear`` where none; ``units`` is the size of the output's last axis, None where not known.
    """

    name: str
    activation: str
    units: int | None


@dataclass(frozen=True)
class Loss:
    """The one loss: the name of its function in Keras's spelling, and whether it takes logits."""

    name: str
    from_logits: bool


def output_layer(view: RunView) -> OutputLayer | None:
    """Return the layer that makes the output; None where that is not known for sure.

    It is known where the model is a graph of layers with one output, and the layer at its end is of
    a class whose activation function says what comes out; layers that only move numbers about, as
    Flatten does, are looked through.
    """
    layers = {str(layer.get("name")): layer for layer in _layers(view)}
    told = _config(view).get("outputs")
    layer = layers.get(told[0]) if isinstance(told, list) and len(told) == 1 else None
    shape = layer.get("output_shape") if layer else None
    for _ in layers:
        if layer is None or not _RANGE_KEEPING.fullmatch(str(layer.get("type"))):
            break
        fed_by = layer.get("inputs")
        layer = layers.get(fed_by[0]) if isinstance(fed_by, list) and len(fed_by) == 1 else None
    inner = _inside(layer, layers)
    if layer is None or inner is None or not _ENDS_IN_ACTIVATION.fullmatch(str(inner.get("type"))):
        return None
    units = _whole(shape[-1]) if isinstance(shape, list) and shape else None
    return OutputLayer(str(layer.get("name")), str(inner.get("activation") or LINEAR), units)


def loss(view: RunView) -> Loss | None:
    """Return the loss; None where none or several are recorded."""
    told = _config(view).get("loss")
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        return None
    return Loss(_in_keras_spelling(told["name"]), told.get("from_logits") is True)


def metrics(view: RunView) -> tuple[str, ...]:
    """Return the names of the metrics in Keras's spelling; empty where none are recorded."""
    told = _config(view).get("metrics")
    listed = told if isinstance(told, list) else []
    return tuple(_in_keras_spelling(name) for name in listed if isinstance(name, str))


def class_shares(view: RunView) -> tuple[float, ...]:
    """Return the share of each class in the training data, adding up to 1; empty where unknown."""
    balance = _data(view).get("class_balance")
    if not isinstance(balance, dict):
        return ()
    found = [share for share in balance.values() if isinstance(share, float | int) and share > 0]
    total = float(sum(found))
    return tuple(share / total for share in found) if 0 < total < float("inf") else ()


def rows(view: RunView) -> int | None:
    """Return the number of training examples."""
    return _whole(_data(view).get("rows"))


def features(view: RunView) -> int | None:
    """Return the number of features of an example."""
    return _whole(_data(view).get("features"))


def classes(view: RunView) -> int | None:
    """Return the number of classes; None of a regression too."""
    return _whole(_data(view).get("classes"))


def trainable_parameters(view: RunView) -> int | None:
    """Return how many numbers the training may move; None where no layer is recorded."""
    layers = _layers(view)
    counts = [_whole(layer.get("parameters")) for layer in layers if layer.get("trainable")]
    return sum(count for count in counts if count) if layers else None


def scales_its_inputs(view: RunView) -> bool:
    """Tell whether the first layer to have one may bring inputs to another scale by itself."""
    for layer in _layers(view):
        kind = layer.get("type")
        if isinstance(kind, str) and _RESCALING.fullmatch(kind):
            return True
        if _whole(layer.get("parameters")):
            return False
    return False


def is_regularised(view: RunView) -> bool:
    """Tell whether a layer adds to the loss."""
    return any(layer.get("regularizers") for layer in _layers(view))


def _inside(layer: _Layer | None, layers: Mapping[str, _Layer]) -> _Layer | None:
    """The layer that a wrapper applies to each time step; any other layer itself."""
    if layer is None or layer.get("type") != _WRAPPER:
        return layer
    prefix = f"{layer.get('name')}/"
    return next((one for name, one in layers.items() if name.startswith(prefix)), None)


def _layers(view: RunView) -> list[_Layer]:
    told = _config(view).get("topology")
    return [layer for layer in told if isinstance(layer, dict)] if isinstance(told, list) else []


def _data(view: RunView) -> Mapping[str, Any]:
    told = _config(view).get("data")
    return told if isinstance(told, dict) else {}


def _config(view: RunView) -> Mapping[str, Any]:
    return view.config or {}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _in_keras_spelling(name: str) -> str:
    """``BinaryCrossentropy`` and ``bce`` are ``binary_crossentropy``."""
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return _SHORT_NAMES.get(spelled, spelled)
