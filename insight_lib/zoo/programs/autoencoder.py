"""Digits squeezed through 8 numbers and drawn again: each pixel, from 0 to 1, is a target."""

from dataclasses import replace

import keras
import numpy as np
from sklearn.datasets import load_digits

from insight_lib.zoo.building import hidden_layers
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

_BRIGHTEST = 16.0


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([32, 40, 48]))
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=10,
        batch_size=32,
        hidden=(width, 8, width),
        loss="binary_crossentropy",
        inner="hidden_2",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_digits(return_X_y=True)
    data = split_table(x / _BRIGHTEST, y, None, replace(settings, scale_inputs=False), rng)
    return replace(
        data, train_y=np.asarray(data.train_x), validation_y=np.asarray(data.validation_x)
    )


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((data.features,), name="pixels")
    code = hidden_layers(settings, inputs)
    outputs = keras.layers.Dense(data.features, activation="sigmoid", name="output")(code)
    return keras.Model(inputs, outputs, name="autoencoder")


PROGRAM = Program("digits_autoencoder", _settings, _load, _build)
