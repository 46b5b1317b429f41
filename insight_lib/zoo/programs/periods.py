"""The period of a sine under noise, from its points: synthetic, of any phase.

No weighted sum of the points tells it, nor does any single point.
"""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

_LENGTH = 16
_WAVES = 2_400
_SHORTEST, _LONGEST = 5.0, 15.0
_NOISE = 0.1


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 3e-3),
        epochs=16,
        batch_size=32,
        hidden=(int(rng.choice([48, 64])), 16),
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    periods = rng.uniform(_SHORTEST, _LONGEST, _WAVES)
    phase = np.arange(_LENGTH) / periods[:, None] + rng.random((_WAVES, 1))
    points = np.sin(2 * np.pi * phase) + rng.normal(scale=_NOISE, size=phase.shape)
    return split_table(points, periods, None, settings, rng).with_x(lambda x: x[..., None])


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((_LENGTH, 1), name="points")
    outputs = output_layer(data.classes, hidden_layers(settings, inputs))
    return keras.Model(inputs, outputs, name="periods")


PROGRAM = Program("wave_period", _settings, _load, _build)
