"""Friedman's second function, of resistors (Friedman 1991): residual blocks on a table."""

import keras
import numpy as np
from sklearn.datasets import make_friedman2

from insight_lib.zoo.building import output_layer
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

_EXAMPLES = 1_200
_NOISE = 60.0
_BLOCKS = 3


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=12,
        batch_size=32,
        hidden=(int(rng.choice([16, 24, 32])),),
        activation="silu",
        loss="huber",
        inner="block_2",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_friedman2(_EXAMPLES, noise=_NOISE, random_state=int(rng.integers(2**31)))
    return split_table(x, y, None, settings, rng)


def _build(settings: Settings, data: Dataset) -> keras.Model:
    width = settings.hidden[0]
    inputs = keras.Input((data.features,), name="features")
    x = keras.layers.Dense(width, name="entry")(inputs)
    for number in range(1, _BLOCKS + 1):
        block = keras.layers.Dense(width, activation=settings.activation, name=f"block_{number}")
        x = keras.layers.Add(name=f"sum_{number}")([x, block(x)])
    return keras.Model(inputs, output_layer(data.classes, x), name="resistors")


PROGRAM = Program("residual_table", _settings, _load, _build)
