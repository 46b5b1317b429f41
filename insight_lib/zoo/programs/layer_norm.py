"""Digits through a deep stack of GELU layers, each normalised (Ba et al. 2016): AdamW."""

import keras
import numpy as np
from sklearn.datasets import load_digits

from insight_lib.zoo.building import output_layer
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 1.5e-3),
        epochs=6,
        batch_size=32,
        hidden=(int(rng.choice([32, 40, 48])),) * 4,
        optimizer="adamw",
        activation="gelu",
        dropout=0.2,
        inner="hidden_2",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_digits(return_X_y=True)
    return split_table(x, y, 10, settings, rng)


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((data.features,), name="pixels")
    x = inputs
    for number, width in enumerate(settings.hidden, start=1):
        x = keras.layers.Dense(width, name=f"hidden_{number}")(x)
        x = keras.layers.LayerNormalization(name=f"norm_{number}")(x)
        x = keras.layers.Activation(settings.activation, name=f"active_{number}")(x)
    if settings.dropout:
        x = keras.layers.Dropout(settings.dropout, name="dropout")(x)
    return keras.Model(inputs, output_layer(data.classes, x), name="deep")


PROGRAM = Program("deep_layer_norm", _settings, _load, _build)
