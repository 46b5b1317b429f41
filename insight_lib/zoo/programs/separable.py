"""Digits through depthwise separable convolutions (Howard et al. 2017) and one mean a channel."""

import keras
import numpy as np

from insight_lib.zoo.building import output_layer
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.programs.digits import SIDE, load_images
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 8e-3),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([16, 24])),),
        activation="relu6",
        inner="point_2",
    )


def _build(settings: Settings, data: Dataset) -> keras.Model:
    width = settings.hidden[0]
    inputs = keras.Input((SIDE, SIDE, 1), name="pixels")
    x = keras.layers.Conv2D(width, 3, activation=settings.activation, name="conv_1")(inputs)
    for number in (2, 3):
        x = keras.layers.DepthwiseConv2D(3, padding="same", name=f"depth_{number}")(x)
        x = keras.layers.Conv2D(
            2 * width, 1, activation=settings.activation, name=f"point_{number}"
        )(x)
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, output_layer(data.classes, x), name="separable")


PROGRAM = Program("separable_cnn", _settings, load_images, _build, records=False)
