"""A small training traced at every step, and how to read what it wrote."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.tracer import TensorTracer

ROWS, BATCH, EPOCHS = 48, 16, 2


def _load_stream(folder: Path) -> EventAccumulator:
    """Read a stream with TensorBoard's own loader, keeping everything."""
    everything = {"tensors": 0, "scalars": 0, "histograms": 0}
    return EventAccumulator(str(folder), size_guidance=everything).Reload()


@pytest.fixture(scope="session")
def load_stream() -> Callable[[Path], EventAccumulator]:
    return _load_stream


@dataclass
class TracedFit:
    """A finished training: what went in, its final weights, and its run directory."""

    build: Callable[[], keras.Model]
    ids: np.ndarray
    labels: np.ndarray
    final: list[np.ndarray]
    run_dir: Path
    train: EventAccumulator
    validation: EventAccumulator

    def series(self, tag: str) -> dict[int, np.ndarray]:
        """Give the arrays of a tag of the train stream by step."""
        return {
            event.step: tf.make_ndarray(event.tensor_proto) for event in self.train.Tensors(tag)
        }

    def batches(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Give the batches in the order of the training."""
        starts = list(range(0, ROWS, BATCH)) * EPOCHS
        return [(self.ids[i : i + BATCH], self.labels[i : i + BATCH]) for i in starts]


def build_model() -> keras.Model:
    """Deterministic: no dropout; two of its ids are never looked up."""
    keras.utils.set_random_seed(4)
    inputs = keras.Input((3,), dtype="int32")
    x = keras.layers.Embedding(12, 4, name="ids")(inputs)
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dense(6, activation="relu", name="hidden")(x)
    outputs = keras.layers.Dense(1, activation="sigmoid", name="score")(x)
    model = keras.Model(inputs, outputs)
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9), "binary_crossentropy", metrics=["accuracy"]
    )
    return model


@pytest.fixture(scope="session")
def traced_fit(tmp_path_factory: pytest.TempPathFactory) -> TracedFit:
    run_dir = tmp_path_factory.mktemp("traced")
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 10, (ROWS, 3)).astype(np.int32)
    labels = rng.integers(0, 2, (ROWS, 1)).astype(np.float32)
    model = build_model()
    model.fit(
        ids,
        labels,
        batch_size=BATCH,
        epochs=EPOCHS,
        shuffle=False,
        validation_data=(ids, labels),
        callbacks=[TensorTracer(run_dir, every=1)],
        verbose=0,
    )
    return TracedFit(
        build_model,
        ids,
        labels,
        [np.array(weight) for weight in model.get_weights()],
        run_dir,
        _load_stream(run_dir / "train"),
        _load_stream(run_dir / "validation"),
    )
