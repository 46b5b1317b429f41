"""The forward pass in numpy, so that scoring needs no TensorFlow."""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.models.set_network.layout import CURVE_STRIDE, Parameters
from insight_lib.risk.models.set_network.scaling import ScaledInputs

ABSENT = -1e9
"""Added to what a query says of a place without a layer; the softmax of it is 0 in float32."""


def forward(parameters: Parameters, inputs: ScaledInputs) -> tuple[Floats, Floats]:
    """Return the log-odds of failure, (runs,), and the logits of its kinds, (runs, kinds).

    Computed in float64: the order of summation, which differs between machines, does not show.
    """
    together = np.concatenate(
        [
            _pooled_layers(parameters, inputs),
            inputs.is_layer.mean(axis=1),
            _curves(parameters, inputs.curves),
            _relu(_dense(parameters, "whole", inputs.features)),
        ],
        axis=1,
    )
    hidden = _relu(_dense(parameters, "together", together))
    return _dense(parameters, "failed", hidden)[:, 0], _dense(parameters, "kind", hidden)


def _pooled_layers(parameters: Parameters, inputs: ScaledInputs) -> Floats:
    layers = _embedded_layers(parameters, inputs)
    said = _dense(parameters, "queries", layers) + (1.0 - inputs.is_layer) * ABSENT
    weights = _softmax(said, axis=1) * inputs.is_layer
    pooled = np.einsum("rlq,rlw->rqw", weights, layers)
    return np.concatenate([_flat(pooled), layers.max(axis=1)], axis=1)


def _embedded_layers(parameters: Parameters, inputs: ScaledInputs) -> Floats:
    """Return what each layer says in the light of the others; 0 where there is none."""
    change = _relu(_over_times(parameters, "change", inputs.layers))
    course = _relu(_over_times(parameters, "course", change))[:, :, 0]
    placed = np.concatenate([course, inputs.depth], axis=2)
    alone = _relu(_dense(parameters, "placed", placed)) * inputs.is_layer
    others = _dense(parameters, "others", alone.max(axis=1))[:, None]
    return _relu(_dense(parameters, "own", alone) + others) * inputs.is_layer


def _curves(parameters: Parameters, curves: Floats) -> Floats:
    detail = _relu(_convolved(parameters, "curve_detail", curves))
    trend = _relu(_convolved(parameters, "curve_trend", detail, CURVE_STRIDE))
    return _relu(_dense(parameters, "curve_course", _flat(trend)))


def _dense(parameters: Parameters, name: str, values: Floats) -> Floats:
    return values @ _kernel(parameters, name) + _bias(parameters, name)


def _over_times(parameters: Parameters, name: str, values: Floats) -> Floats:
    """Convolve the last axis but one with a kernel of shape (1, width, channels, filters)."""
    return _slide(values, _kernel(parameters, name)[0], 1) + _bias(parameters, name)


def _convolved(parameters: Parameters, name: str, values: Floats, stride: int = 1) -> Floats:
    return _slide(values, _kernel(parameters, name), stride) + _bias(parameters, name)


def _slide(values: Floats, kernel: Floats, stride: int) -> Floats:
    """Return the valid convolution of (..., places, channels) with (width, channels, filters)."""
    width = kernel.shape[0]
    last = values.shape[-2] - width + 1
    parts = [values[..., i : last + i : stride, :] @ kernel[i] for i in range(width)]
    return np.asarray(np.sum(parts, axis=0))


def _flat(values: Floats) -> Floats:
    # -1 for the second size would be undefined for no runs.
    return values.reshape(len(values), math.prod(values.shape[1:]))


def _kernel(parameters: Parameters, name: str) -> Floats:
    return parameters[f"{name}/kernel"].astype(np.float64)


def _bias(parameters: Parameters, name: str) -> Floats:
    return parameters[f"{name}/bias"].astype(np.float64)


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0.0)


def _softmax(values: Floats, axis: int) -> Floats:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def kind_probabilities(logits: Floats) -> Floats:
    """Return the softmax over the last axis; the same shape."""
    return _softmax(logits, axis=-1)
