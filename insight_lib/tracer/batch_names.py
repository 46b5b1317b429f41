"""The dense numeric tensors of a batch, by the names of the model's inputs and outputs."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from insight_lib.dealer.keras_layers import input_name

Named = dict[str, tf.Tensor]


class Batch(NamedTuple):
    """Tensors by name; ``weights`` are those of the examples, by the names of the labels."""

    inputs: Named
    labels: Named
    weights: Named


def named_batch(model: keras.Model, data: object, *, may_be_weighted: bool) -> Batch:
    """Name the inputs, labels and weights of what a training step is given.

    Args:
        model: tells its inputs' names where it is a graph of layers.
        data: the batch as Keras passes it: inputs, or a tuple of inputs, labels and weights.
        may_be_weighted: whether a third part is known to be weights.

    Returns:
        Tensors of floating or integer type, of an eager loop's arrays too; ragged, sparse and text
        tensors are left out.
    """
    parts = tuple(data) if isinstance(data, (tuple, list)) else (data,)
    labels = parts[1] if len(parts) > 1 else None
    weights = parts[2] if len(parts) > 2 and may_be_weighted else None
    outputs = getattr(model, "output_names", [])
    return Batch(
        dict(_named(parts[0] if parts else None, _input_names(model), "input")),
        dict(_named(labels, outputs, "output")),
        dict(_named(weights, outputs, "output")),
    )


def _named(values: object, names: Sequence[str], default: str) -> Iterator[tuple[str, tf.Tensor]]:
    if isinstance(values, dict):
        pairs = [(str(name), value) for name, value in values.items()]
    else:
        flat = list(values) if isinstance(values, (tuple, list)) else [values]
        if len(names) != len(flat):
            names = [default] if len(flat) == 1 else [f"{default}_{i}" for i in range(len(flat))]
        pairs = list(zip(names, flat, strict=True))
    for name, value in pairs:
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            yield name, tf.convert_to_tensor(value)
        elif _is_numeric(value):
            yield name, value


def _input_names(model: keras.Model) -> list[str]:
    inputs: list[Any] = tf.nest.flatten(getattr(model, "inputs", None) or [])
    return [input_name(each) for each in inputs]


def _is_numeric(value: object) -> bool:
    """Return whether a value is a dense tensor.

    Ragged and sparse ones pass ``tf.is_tensor`` too.
    """
    if not isinstance(value, tf.Tensor):
        return False
    return bool(value.dtype.is_floating or value.dtype.is_integer)
