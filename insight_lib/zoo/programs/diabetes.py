"""Progress of the disease from 10 measurements (scikit-learn's diabetes, 442 examples)."""

import numpy as np
from sklearn.datasets import load_diabetes

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([12, 16, 24]))
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=14,
        batch_size=16,
        hidden=(width, width // 2),
        l2=1e-2,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_diabetes(return_X_y=True, scaled=False)
    return split_table(x, y, None, settings, rng)


PROGRAM = Program("diabetes_regression", _settings, _load, build_perceptron)
