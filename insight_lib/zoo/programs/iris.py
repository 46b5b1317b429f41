"""Three kinds of iris from 4 measurements (scikit-learn's iris, 150 examples), labels one-hot."""

import numpy as np
from sklearn.datasets import load_iris

from insight_lib.zoo.compiling import ONE_HOT
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 5e-3),
        epochs=25,
        batch_size=8,
        hidden=(int(rng.choice([8, 10, 16])),),
        l2=1e-3,
        loss=ONE_HOT,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_iris(return_X_y=True)
    return split_table(x, y, 3, settings, rng)


PROGRAM = Program("iris_mlp", _settings, _load, build_perceptron, records=False)
