"""One of three cultivars from 13 chemical measurements (scikit-learn's wine, 178 examples)."""

import numpy as np
from sklearn.datasets import load_wine

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([16, 24, 32]))
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=18,
        batch_size=8,
        hidden=(width, width // 2),
        dropout=0.2,
        l2=1e-3,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_wine(return_X_y=True)
    return split_table(x, y, 3, settings, rng)


PROGRAM = Program("wine_mlp", _settings, _load, build_perceptron)
