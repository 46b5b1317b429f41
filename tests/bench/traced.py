"""Directories of event files as TensorTracer and TensorFlow 1 write them, for benchmarks.

The numbers are those of a training that goes well: norms of a healthy size, a loss that falls.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.types_pb2 import DT_DOUBLE

from insight_lib.tracer.stats_format import (
    HISTOGRAM_PLUGIN,
    QUANTILES,
    STATS_FIELDS,
    STATS_PLUGIN,
    LayerMeta,
    format_meta,
    format_tag,
    stats_tag,
)

ELEMENTS = 1000
BUCKETS = 30
SIZES = {"weight": 0.05, "gradient": 1e-3, "update": 5e-5, "activation": 1.0}
"""Root mean squares."""
_FIRST_TIME = 1.7e9

ValuesAt = Callable[[int], Iterable[Summary.Value]]
"""What a run writes at the step of a place among its steps."""


def write_traced_run(
    folder: Path, layers: int, steps: Sequence[int], tensors: Sequence[str]
) -> None:
    """Write ``train/`` of a run: every tensor of every layer, histogram and compact summary."""
    rng = np.random.default_rng(layers)
    metas = [
        LayerMeta(depth, "Dense", "relu", (ELEMENTS,), trainable=True) for depth in range(layers)
    ]
    _write(
        folder / "train",
        steps,
        lambda place: [
            Summary.Value(tag="loss", simple_value=1 / (1 + place)),
            *(
                value
                for depth, meta in enumerate(metas)
                for kind, size in SIZES.items()
                for tensor in (("output",) if kind == "activation" else tensors)
                for value in _tensor(
                    f"dense_{depth}", tensor, kind, meta, size * rng.uniform(0.9, 1.1)
                )
            ),
        ],
    )


def write_run_of_others(folder: Path, layers: int, steps: Sequence[int]) -> None:
    """Write a run of TensorFlow 1: weights, biases and activations as HistogramProtos."""
    edges = np.linspace(-0.1, 0.1, 44)
    tags = [
        f"layer{layer}/{what}"
        for layer in range(layers)
        for what in ("weights", "biases", "activations")
    ]
    values = [Summary.Value(tag=tag) for tag in tags]
    for value in values:
        value.histo.min, value.histo.max, value.histo.num = edges[0], edges[-1], ELEMENTS
        value.histo.bucket_limit.extend(edges[1:])
        value.histo.bucket.extend(np.full(43, ELEMENTS / 43))
    _write(
        folder,
        steps,
        lambda place: [Summary.Value(tag="loss", simple_value=1 / (1 + place)), *values],
    )


def _write(folder: Path, steps: Sequence[int], values_at: ValuesAt) -> None:
    folder.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(folder / "events.out.tfevents.1700000000.host")) as file:
        file.write(Event(wall_time=_FIRST_TIME, file_version="brain.Event:2").SerializeToString())
        for place, step in enumerate(steps):
            summary = Summary(value=values_at(place))
            event = Event(wall_time=_FIRST_TIME + place, step=step, summary=summary)
            file.write(event.SerializeToString())


def _tensor(
    layer: str, tensor: str, kind: str, meta: LayerMeta, size: float
) -> Iterator[Summary.Value]:
    edges = np.linspace(-3 * size, 3 * size, BUCKETS + 1)
    counts = np.full(BUCKETS, ELEMENTS / BUCKETS)
    tag = format_tag(layer, tensor, kind)
    buckets = np.stack([edges[:-1], edges[1:], counts], axis=1)
    yield _value(tag, HISTOGRAM_PLUGIN, b"", buckets)
    yield _value(stats_tag(tag), STATS_PLUGIN, format_meta(meta), _statistics(kind, size))


def _statistics(kind: str, size: float) -> np.ndarray:
    known = {
        "count": ELEMENTS,
        "mean": 0.0,
        "m2": ELEMENTS * size**2,
        "min": -3 * size,
        "max": 3 * size,
        "l1": 0.8 * ELEMENTS * size,
        "l2": np.sqrt(ELEMENTS) * size,
        "zeros": 0,
        "nans": 0,
        "infs": 0,
        "positives": ELEMENTS / 2,
    }
    if kind == "activation":
        known |= {"units": 10, "dead_units": 0, "saturated": 0, "constant_units": 0}
    quantiles = size * np.linspace(-2, 2, len(QUANTILES))
    numbers = np.array([known.get(name, np.nan) for name in STATS_FIELDS])
    numbers[-len(QUANTILES) :] = quantiles
    return numbers


def _value(tag: str, plugin: str, content: bytes, numbers: np.ndarray) -> Summary.Value:
    value = Summary.Value(tag=tag)
    value.metadata.plugin_data.plugin_name = plugin
    value.metadata.plugin_data.content = content
    value.tensor.dtype = DT_DOUBLE
    for size in numbers.shape:
        value.tensor.tensor_shape.dim.add(size=size)
    value.tensor.tensor_content = numbers.astype("<f8").tobytes()
    return value
