"""The set network as a Keras model: of stock layers alone, so that safe mode loads its file."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from insight_lib.risk.models.set_network.forward import ABSENT
from insight_lib.risk.models.set_network.layout import (
    CURVE_KERNEL,
    CURVE_STRIDE,
    CURVE_WIDTH,
    FEATURES_WIDTH,
    LAYER_WIDTH,
    QUERIES,
    TIMES_KERNEL,
    TIMES_WIDTH,
    TOGETHER_WIDTH,
    Parameters,
    Sizes,
)
from insight_lib.risk.models.set_network.scaling import ScaledInputs

Tensor: TypeAlias = Any

DROPOUT = 0.3
"""Of the joined representation, before and after its dense layer; within the usual 0.2 to 0.5
(Srivastava et al., JMLR 2014)."""

PART_DROPOUT = 0.15
"""How often a run is shown without its layers, its curves or its features in training, each: what a
run was not traced for must not be leant on blindly."""

INPUTS = ("layers", "depth", "is_layer", "curves", "features")


def build(sizes: Sizes) -> keras.Model:
    """Return one member: inputs as in ``ScaledInputs``, outputs ``failed`` and ``kind``, logits."""
    inputs = _inputs(sizes)
    together = layers.Concatenate()(
        [
            _droppable(_pooled_layers(inputs, sizes)),
            layers.GlobalAveragePooling1D()(inputs["is_layer"]),
            _droppable(_curves(inputs["curves"])),
            _droppable(_dense("whole", FEATURES_WIDTH)(inputs["features"])),
        ]
    )
    hidden = _dense("together", TOGETHER_WIDTH)(layers.Dropout(DROPOUT)(together))
    hidden = layers.Dropout(DROPOUT)(hidden)
    failed = layers.Dense(1, name="failed")(hidden)
    kind = layers.Dense(sizes.kinds, name="kind")(hidden)
    return keras.Model(list(inputs.values()), {"failed": failed, "kind": kind})


def parameters_of(model: keras.Model) -> dict[str, npt.NDArray[np.float32]]:
    """Return the parameters of a member by the names of ``layout``."""
    weighted = [layer for layer in model.layers if layer.weights]
    return {
        f"{layer.name}/{weight.name}": np.asarray(weight.numpy(), dtype=np.float32)
        for layer in weighted
        for weight in layer.weights
    }


def set_parameters(model: keras.Model, parameters: Parameters) -> None:
    """Give a member its parameters."""
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([parameters[f"{layer.name}/{one.name}"] for one in layer.weights])


def build_ensemble(sizes: Sizes, members: Sequence[Parameters]) -> keras.Model:
    """Return the trained members as one model: their mean log-odds, and probabilities of kinds."""
    inputs = _inputs(sizes)
    said = []
    for number, parameters in enumerate(members):
        member = build(sizes)
        member.name = f"member_{number}"
        set_parameters(member, parameters)
        said.append(member(list(inputs.values())))
    failed = layers.Average(name="log_odds")([one["failed"] for one in said])
    kinds = layers.Average(name="kinds")([layers.Softmax()(one["kind"]) for one in said])
    return keras.Model(list(inputs.values()), {"log_odds": failed, "kinds": kinds})


def arrays_for(inputs: ScaledInputs) -> list[npt.NDArray[np.float32]]:
    """Return the arrays in the order in which the model takes them."""
    return [getattr(inputs, name).astype(np.float32) for name in INPUTS]


def _inputs(sizes: Sizes) -> Mapping[str, Tensor]:
    shapes = {
        "layers": (sizes.layers, sizes.times, 2 * sizes.layer_channels),
        "depth": (sizes.layers, 2),
        "is_layer": (sizes.layers, 1),
        "curves": (sizes.points, 2 * sizes.curve_channels),
        "features": (2 * sizes.features,),
    }
    return {name: keras.Input(shapes[name], name=name) for name in INPUTS}


def _pooled_layers(inputs: Mapping[str, Tensor], sizes: Sizes) -> Tensor:
    is_layer = inputs["is_layer"]
    embedded = _embedded_layers(inputs, sizes)
    # 0 at a layer and ABSENT elsewhere.
    absent = layers.Rescaling(-ABSENT, offset=ABSENT)(is_layer)
    said = layers.Add()([layers.Dense(QUERIES, name="queries")(embedded), absent])
    weights = layers.Multiply()([layers.Softmax(axis=1)(said), is_layer])
    pooled = layers.Flatten()(layers.Dot(axes=1)([weights, embedded]))
    return layers.Concatenate()([pooled, layers.GlobalMaxPooling1D()(embedded)])


def _embedded_layers(inputs: Mapping[str, Tensor], sizes: Sizes) -> Tensor:
    is_layer = inputs["is_layer"]
    over_times = sizes.times - TIMES_KERNEL + 1
    change = _over_times("change", TIMES_WIDTH, TIMES_KERNEL)(inputs["layers"])
    course = _over_times("course", LAYER_WIDTH, over_times)(change)
    course = layers.Reshape((sizes.layers, LAYER_WIDTH))(course)
    placed = layers.Concatenate()([course, inputs["depth"]])
    alone = layers.Multiply()([_dense("placed", LAYER_WIDTH)(placed), is_layer])
    others = layers.Dense(LAYER_WIDTH, name="others")(layers.GlobalMaxPooling1D()(alone))
    own = layers.Dense(LAYER_WIDTH, name="own")(alone)
    joined = layers.Add()([own, layers.RepeatVector(sizes.layers)(others)])
    return layers.Multiply()([layers.ReLU()(joined), is_layer])


def _curves(curves: Tensor) -> Tensor:
    detail = layers.Conv1D(CURVE_WIDTH, CURVE_KERNEL, activation="relu", name="curve_detail")
    trend = layers.Conv1D(
        CURVE_WIDTH, CURVE_KERNEL, strides=CURVE_STRIDE, activation="relu", name="curve_trend"
    )
    return _dense("curve_course", CURVE_WIDTH)(layers.Flatten()(trend(detail(curves))))


def _dense(name: str, width: int) -> keras.Layer:
    return layers.Dense(width, activation="relu", name=name)


def _over_times(name: str, width: int, kernel: int) -> keras.Layer:
    return layers.Conv2D(width, (1, kernel), activation="relu", name=name)


def _droppable(part: Tensor) -> Tensor:
    return layers.Dropout(PART_DROPOUT, noise_shape=(None, 1))(part)
