"""Digits under noise drawn clean again: convolutions down to 4 x 4 and up.

A denoising autoencoder (Vincent et al. 2008): each pixel of the clean digit, from 0 to 1, is a
target.
"""

from dataclasses import replace

import keras
import numpy as np
from sklearn.datasets import load_digits

from insight_lib.zoo.dataset import Array, Dataset, split_table
from insight_lib.zoo.programs.digits import SIDE
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

_BRIGHTEST = 16.0
_NOISE = 0.3


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 4e-3),
        epochs=6,
        batch_size=32,
        hidden=(int(rng.choice([8, 12])),),
        loss="mean_squared_error",
        inner="conv_2",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_digits(return_X_y=True)
    data = split_table(x / _BRIGHTEST, y, None, replace(settings, scale_inputs=False), rng)
    clean = data.with_x(lambda rows: rows.reshape(-1, SIDE, SIDE, 1))

    def noisy(images: Array) -> Array:
        return (images + rng.normal(scale=_NOISE, size=images.shape)).astype(np.float32)

    return replace(
        clean.with_x(noisy),
        train_y=np.asarray(clean.train_x),
        validation_y=np.asarray(clean.validation_x),
    )


def _build(settings: Settings, _data: Dataset) -> keras.Model:
    width, active = settings.hidden[0], settings.activation
    inputs = keras.Input((SIDE, SIDE, 1), name="noisy")
    x = keras.layers.Conv2D(width, 3, 2, "same", activation=active, name="conv_1")(inputs)
    x = keras.layers.Conv2D(width, 3, padding="same", activation=active, name="conv_2")(x)
    x = keras.layers.Conv2DTranspose(width, 3, 2, "same", activation=active, name="grown")(x)
    outputs = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="output")(x)
    return keras.Model(inputs, outputs, name="drawing")


PROGRAM = Program("denoising_autoencoder", _settings, _load, _build)
