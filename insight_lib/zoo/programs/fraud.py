"""One positive in ten: a synthetic table (scikit-learn's make_classification), SELU, RMSprop."""

import numpy as np
from sklearn.datasets import make_classification

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings

_EXAMPLES = 4_000
_FEATURES = 16


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([16, 24, 32]))
    return Settings(
        learning_rate=varied(rng, 1e-3),
        epochs=8,
        batch_size=64,
        hidden=(width, width // 2),
        optimizer="rmsprop",
        activation="selu",
        l2=1e-4,
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_classification(
        _EXAMPLES,
        _FEATURES,
        n_informative=8,
        weights=[0.9],
        class_sep=1.5,
        flip_y=0.01,
        random_state=int(rng.integers(2**31)),
    )
    return split_table(x, y, 2, settings, rng)


PROGRAM = Program("fraud_table", _settings, _load, build_perceptron)
