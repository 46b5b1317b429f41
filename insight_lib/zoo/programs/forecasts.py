"""The next value of a noisy sum of two waves: synthetic, a GRU over the last 24 values."""

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

WINDOW = 24
_VALUES = 2_000
_TRAIN = 1_400
_NOISE = 0.15


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 4e-3),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([8, 12, 16])),),
        clipnorm=1.0,
        inner="recurrent",
    )


def _load(_settings: Settings, rng: np.random.Generator) -> Dataset:
    windows = sliding_window_view(_series(rng), WINDOW + 1).astype(np.float32)
    x, y = windows[:, :-1, None], windows[:, -1]
    # The gap keeps the windows of the two parts from sharing a value.
    later = slice(_TRAIN + WINDOW, None)
    return Dataset(x[:_TRAIN], y[:_TRAIN], x[later], y[later], WINDOW, classes=None)


def _series(rng: np.random.Generator) -> Array:
    """Draw a series of mean 0 and spread 1."""
    times = np.arange(_VALUES)
    periods, phases = rng.uniform((7, 20), (11, 40)), rng.uniform(0, 2 * np.pi, 2)
    waves = np.sin(2 * np.pi * times[:, None] / periods + phases).sum(axis=1)
    values = waves + rng.normal(scale=_NOISE, size=_VALUES)
    scaled: Array = (values - values.mean()) / values.std()
    return scaled


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((WINDOW, 1), name="past")
    x = keras.layers.GRU(16, name="recurrent")(inputs)
    outputs = output_layer(data.classes, hidden_layers(settings, x))
    return keras.Model(inputs, outputs, name="forecasts")


PROGRAM = Program("forecast_gru", _settings, _load, _build, records=False)
