"""Handwritten digits of 8 x 8 pixels (scikit-learn's digits, 1,797 examples), convolutional."""

import keras
import numpy as np
from sklearn.datasets import load_digits

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

SIDE = 8


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([32, 48, 64])),),
        dropout=0.2,
        l2=1e-4,
    )


def load_images(settings: Settings, rng: np.random.Generator) -> Dataset:
    """Load the digits as images (8, 8, 1)."""
    x, y = load_digits(return_X_y=True)
    return split_table(x, y, 10, settings, rng).with_x(_as_images)


def _as_images(rows: np.ndarray) -> np.ndarray:
    return rows.reshape(-1, SIDE, SIDE, 1)


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((SIDE, SIDE, 1), name="pixels")
    x = keras.layers.Conv2D(8, 3, activation=settings.activation, name="conv_1")(inputs)
    x = keras.layers.MaxPooling2D(name="pool_1")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    outputs = output_layer(data.classes, hidden_layers(settings, x))
    return keras.Model(inputs, outputs, name="digits")


PROGRAM = Program("digits_cnn", _settings, load_images, _build)
