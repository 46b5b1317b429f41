"""What tracing costs a training, against Keras's own TensorBoard callback with histograms.

The same model is trained without a callback, with TensorTracer at its default cadence, and with
``TensorBoard(histogram_freq=1)``, which writes at the end of an epoch: all three train as many
epochs as the tracer traces steps, so that both write equally often. Each is one whole ``fit``; the
three take turns epoch by epoch (``tests.bench.turns``), since a machine's speed drifts by more from
one ``fit`` to the next than there is to measure. The overhead is that on the step time: of all that
a ``fit`` takes (traced steps, writing, the ends of epochs) without what its steps compile, which is
a matter of the first seconds. Printed next to it: that of the whole ``fit``, as a user waits for
it, and how often each of the two wrote.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tempfile
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.tracer import TensorTracer
from tests.bench.entry import Entry
from tests.bench.turns import Taken, in_turns

ROUNDS = 5
GOAL_PERCENT = 5.0
PEER = "Keras TensorBoard(histogram_freq=1)"
MakeCallbacks = Callable[[Path], list[keras.callbacks.Callback]]
Program = tuple[keras.Model, np.ndarray, np.ndarray]
FloatArray = npt.NDArray[np.float64]


class Length(NamedTuple):
    """How long a training is."""

    batch: int
    epochs: int
    steps_an_epoch: int


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
    """Compare the medians of some rounds, epoch by epoch, in percent of the untraced training."""
    ways: dict[str, MakeCallbacks] = {"plain": _nothing, "ours": _tracer, "peer": _tensorboard}
    epochs = _traced_steps(build, batch, steps)
    rounds = [
        _round(name, build, ways, Length(batch, epochs, steps // epochs)) for _ in range(ROUNDS)
    ]
    whole = {way: _median([each[way].whole_s for each in rounds]) for way in ways}
    stepping = {way: _median([each[way].stepping_s for each in rounds]) for way in ways}
    value, peer_value = _percent_more(stepping, "ours"), _percent_more(stepping, "peer")
    print(
        f"{name}: of a whole fit of {whole['plain']:.1f} s {_percent_more(whole, 'ours')} %, "
        f"{PEER} {_percent_more(whole, 'peer')} %"
    )
    ratio = round(peer_value / value, 1) if value > 0 else None
    holds = value <= GOAL_PERCENT
    return Entry(name, value, "percent", PEER, peer_value, ratio, GOAL_PERCENT, holds)


def _from(ways: dict[str, MakeCallbacks], first: int) -> dict[str, MakeCallbacks]:
    """Let another one begin each round: whoever does finds the machine cold."""
    return dict(islice(cycle(ways.items()), first, first + len(ways)))


def _round(
    name: str, build: Callable[[], Program], ways: dict[str, MakeCallbacks], length: Length
) -> dict[str, Taken]:
    """Train each way once, in turns; return what each took."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = {way: Path(scratch) / way for way in ways}
        fits = {
            way: partial(_train, build(), length, callbacks(folders[way]))
            for way, callbacks in ways.items()
        }
        taken = in_turns(fits)
        print(f"{name}: traced {_written(folders['ours'])} steps in {length.epochs} epochs")
    return taken


def _median(rounds: list[FloatArray]) -> float:
    """Add up the epochs, of each the median of the rounds."""
    return float(np.median(rounds, axis=0).sum())


def _percent_more(taken: dict[str, float], way: str) -> float:
    return round(100 * (taken[way] / taken["plain"] - 1), 1)


def _nothing(_: Path) -> list[keras.callbacks.Callback]:
    return []


def _tracer(folder: Path) -> list[keras.callbacks.Callback]:
    return [TensorTracer(folder)]


def _tensorboard(folder: Path) -> list[keras.callbacks.Callback]:
    return [keras.callbacks.TensorBoard(folder, histogram_freq=1, write_graph=False)]


def _traced_steps(build: Callable[[], Program], batch: int, steps: int) -> int:
    """Train once and count; this warms everything up, too."""
    with tempfile.TemporaryDirectory() as scratch:
        _train(build(), Length(batch, 1, steps), _tracer(Path(scratch)))
        return _written(Path(scratch))


def _written(run_dir: Path) -> int:
    """Count the traced steps that a run wrote."""
    train = EventAccumulator(str(run_dir / "train"), {"tensors": 0}).Reload()
    return len(train.Tensors("loss"))


def _train(
    program: Program,
    length: Length,
    callbacks: list[keras.callbacks.Callback],
    *last: keras.callbacks.Callback,
) -> None:
    model, x, y = program
    data = tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(length.batch).prefetch(2)
    model.fit(
        data,
        epochs=length.epochs,
        steps_per_epoch=length.steps_an_epoch,
        callbacks=[*callbacks, *last],
        verbose=0,
    )


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
