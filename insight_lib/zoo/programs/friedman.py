"""Friedman's first function of 10 numbers with noise (Friedman 1991): tanh, SGD with momentum."""

import numpy as np
from sklearn.datasets import make_friedman1

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings

_EXAMPLES = 900


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([16, 24, 32]))
    return Settings(
        learning_rate=varied(rng, 0.01),
        epochs=15,
        batch_size=16,
        hidden=(width, width // 2),
        optimizer="momentum",
        activation="tanh",
        l2=1e-4,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_friedman1(_EXAMPLES, noise=1.0, random_state=int(rng.integers(2**31)))
    return split_table(x, y, None, settings, rng)


PROGRAM = Program("friedman_regression", _settings, _load, build_perceptron)
