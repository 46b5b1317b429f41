"""Exclusive or of two bits: four examples, memorised, validated on themselves."""

import numpy as np

from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 0.05),
        epochs=40,
        batch_size=1,
        hidden=(int(rng.choice([8, 12, 16])),),
        activation="tanh",
    )


def _load(_settings: Settings, _rng: np.random.Generator) -> Dataset:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([0, 1, 1, 0])
    return Dataset(x, y, x, y, features=2, classes=2)


PROGRAM = Program("xor", _settings, _load, build_perceptron, records=False)
