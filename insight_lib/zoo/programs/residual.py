"""Digits through a residual block with batch normalisation (He et al. 2016): cosine schedule."""

import keras
import numpy as np

from insight_lib.zoo.building import output_layer
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.programs.digits import SIDE, load_images
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 0.02),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([8, 12])),),
        optimizer="momentum",
        schedule=keras.optimizers.schedules.CosineDecay,
        inner="conv_2",
    )


def _build(settings: Settings, data: Dataset) -> keras.Model:
    width = settings.hidden[0]
    inputs = keras.Input((SIDE, SIDE, 1), name="pixels")
    entry = _active(settings, _convolved(width, 1, inputs), 1)
    x = _active(settings, _convolved(width, 2, entry), 2)
    x = keras.layers.Add(name="joined")([entry, _convolved(width, 3, x)])
    x = keras.layers.MaxPooling2D(name="pool")(_active(settings, x, 3))
    x = keras.layers.Flatten(name="flatten")(x)
    return keras.Model(inputs, output_layer(data.classes, x), name="residual")


def _convolved(width: int, number: int, x: keras.KerasTensor) -> keras.KerasTensor:
    x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv_{number}")(x)
    return keras.layers.BatchNormalization(momentum=0.9, name=f"norm_{number}")(x)


def _active(settings: Settings, x: keras.KerasTensor, number: int) -> keras.KerasTensor:
    return keras.layers.Activation(settings.activation, name=f"active_{number}")(x)


PROGRAM = Program("residual_cnn", _settings, load_images, _build)
