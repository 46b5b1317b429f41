"""What tracing costs a training, against Keras's own TensorBoard callback with histograms.

The same model is trained in turn without a callback, with TensorTracer at its default cadence, and
with ``TensorBoard(histogram_freq=1)``, which writes at the end of an epoch: all three train as many
epochs as the tracer traces steps, so that both write equally often. The overhead is that of the
whole ``fit``, as a user waits for it: traced steps, writing, and what is compiled more. Printed
beside it: that after the first epoch, which compiles and in which the start is traced densely, and
how often each of the two wrote.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.tracer import TensorTracer
from tests.bench.entry import Entry

ROUNDS = 3
GOAL_PERCENT = 5.0
PEER = "Keras TensorBoard(histogram_freq=1)"
MakeCallbacks = Callable[[Path], list[keras.callbacks.Callback]]
Program = tuple[keras.Model, np.ndarray, np.ndarray]


class Taken(NamedTuple):
    """Seconds of a whole ``fit``, and of what came after its first epoch."""

    whole_s: float
    steady_s: float


def trace_overhead_mlp() -> Entry:
    """Three dense layers on 128 features, batches of 128, 4,000 steps."""
    return _overhead("trace_overhead_mlp", _mlp, 128, 4_000)


def trace_overhead_cnn() -> Entry:
    """Three convolutions on images of 32 x 32 x 3, batches of 32, 2,000 steps."""
    return _overhead("trace_overhead_cnn", _cnn, 32, 2_000)


def trace_overhead_embedding() -> Entry:
    """A table of 10,000 rows of 32 for texts of 40 words, batches of 128, 3,000 steps."""
    return _overhead("trace_overhead_embedding", _embedding, 128, 3_000)


def _overhead(name: str, build: Callable[[], Program], batch: int, steps: int) -> Entry:
    """Compare the medians of three rounds, in percent of the untraced training's time."""
    ways: dict[str, MakeCallbacks] = {"plain": _nothing, "ours": _tracer, "peer": _tensorboard}
    taken: dict[str, list[Taken]] = {way: [] for way in ways}
    epochs = _traced_steps(build, batch, steps)
    for _ in range(ROUNDS):
        for way, callbacks in ways.items():
            with tempfile.TemporaryDirectory() as scratch:
                fit = _train(build(), batch, (epochs, steps // epochs), callbacks(Path(scratch)))
                if way == "ours":
                    print(f"{name}: traced {_written(Path(scratch))} steps in {epochs} epochs")
            taken[way].append(fit)
    value, peer_value = _percent_more(taken, "whole_s")
    steady, peer_steady = _percent_more(taken, "steady_s")
    print(f"{name}: after the first epoch {steady} %, {PEER} {peer_steady} %")
    ratio = round(peer_value / value, 1) if value > 0 else None
    holds = value <= GOAL_PERCENT
    return Entry(name, value, "percent", PEER, peer_value, ratio, GOAL_PERCENT, holds)


def _percent_more(taken: dict[str, list[Taken]], what: str) -> tuple[float, float]:
    """Return what ours and the peer took more than the untraced training, by their medians."""
    plain, ours, peer = (
        statistics.median(getattr(each, what) for each in taken[way])
        for way in ("plain", "ours", "peer")
    )
    return round(100 * (ours / plain - 1), 1), round(100 * (peer / plain - 1), 1)


def _nothing(_: Path) -> list[keras.callbacks.Callback]:
    return []


def _tracer(folder: Path) -> list[keras.callbacks.Callback]:
    return [TensorTracer(folder)]


def _tensorboard(folder: Path) -> list[keras.callbacks.Callback]:
    return [keras.callbacks.TensorBoard(folder, histogram_freq=1, write_graph=False)]


def _traced_steps(build: Callable[[], Program], batch: int, steps: int) -> int:
    """Train once and count; this warms everything up, too."""
    with tempfile.TemporaryDirectory() as scratch:
        _train(build(), batch, (1, steps), _tracer(Path(scratch)))
        return _written(Path(scratch))


def _written(run_dir: Path) -> int:
    """Count the traced steps that a run wrote."""
    train = EventAccumulator(str(run_dir / "train"), {"tensors": 0}).Reload()
    return len(train.Tensors("loss"))


def _train(
    program: Program,
    batch: int,
    epochs_and_steps: tuple[int, int],
    callbacks: list[keras.callbacks.Callback],
) -> Taken:
    """Train, and return what it took."""
    model, x, y = program
    data = tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(batch).prefetch(2)
    epochs, steps = epochs_and_steps
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter())  # noqa: ARG005
    )
    start = time.perf_counter()
    model.fit(data, epochs=epochs, steps_per_epoch=steps, callbacks=[*callbacks, clock], verbose=0)
    end = time.perf_counter()
    return Taken(end - start, end - ends[0])


def _compiled(layers: list[keras.layers.Layer]) -> keras.Model:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(layers)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _mlp() -> Program:
    rng = np.random.default_rng(1)
    dense = [keras.layers.Dense(128, activation="relu") for _ in range(2)]
    last = keras.layers.Dense(10, activation="softmax")
    x = rng.normal(size=(20_000, 128)).astype(np.float32)
    return _compiled([keras.Input((128,)), *dense, last]), x, rng.integers(0, 10, len(x))


def _cnn() -> Program:
    rng = np.random.default_rng(2)
    layers = [keras.Input((32, 32, 3))]
    for filters in (16, 32, 32):
        layers += [
            keras.layers.Conv2D(filters, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
        ]
    layers += [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    x = rng.normal(size=(4_000, 32, 32, 3)).astype(np.float32)
    return _compiled(layers), x, rng.integers(0, 10, len(x))


def _embedding() -> Program:
    rng = np.random.default_rng(3)
    layers = [
        keras.Input((40,), dtype="int32"),
        keras.layers.Embedding(10_000, 32),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ]
    x = rng.zipf(1.2, (20_000, 40)).clip(max=9_999).astype(np.int32)
    return _compiled(layers), x, rng.integers(0, 2, len(x))
