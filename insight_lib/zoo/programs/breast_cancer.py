"""Benign or malignant from 30 measurements (scikit-learn's breast cancer, 569 examples)."""

import numpy as np
from sklearn.datasets import load_breast_cancer

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([16, 24, 32]))
    return Settings(
        learning_rate=varied(rng, 1e-3),
        epochs=14,
        batch_size=16,
        hidden=(width, width // 2),
        dropout=0.2,
        l2=1e-3,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = load_breast_cancer(return_X_y=True)
    return split_table(x, y, 2, settings, rng)


PROGRAM = Program("breast_cancer_mlp", _settings, _load, build_perceptron)
