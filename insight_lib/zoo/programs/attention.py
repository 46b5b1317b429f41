"""Digits as a sequence of rows of pixels through a transformer block (Dosovitskiy et al. 2021).

One block of self-attention (Vaswani et al. 2017), normalised before each part; the order of
the rows counts where they are joined at the end.
"""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.programs.digits import SIDE, load_images
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

_WIDTH = 16


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([16, 24])),),
        activation="gelu",
        inner="widened",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    return load_images(settings, rng).with_x(_as_rows)


def _as_rows(images: Array) -> Array:
    return images.reshape(-1, SIDE, SIDE)


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((SIDE, SIDE), name="rows")
    x = keras.layers.Dense(_WIDTH, name="row_embedding")(inputs)
    normed = keras.layers.LayerNormalization(name="norm_1")(x)
    attended = keras.layers.MultiHeadAttention(2, _WIDTH // 2, name="attention")(normed, normed)
    x = keras.layers.Add(name="sum_1")([x, attended])
    normed = keras.layers.LayerNormalization(name="norm_2")(x)
    widened = keras.layers.Dense(2 * _WIDTH, activation=settings.activation, name="widened")(normed)
    narrowed = keras.layers.Dense(_WIDTH, name="narrowed")(widened)
    x = keras.layers.Add(name="sum_2")([x, narrowed])
    x = keras.layers.Flatten(name="joined")(x)
    return keras.Model(inputs, output_layer(data.classes, hidden_layers(settings, x)), name="rows")


PROGRAM = Program("row_attention", _settings, _load, _build)
