"""A synthetic table of five classes (scikit-learn's make_classification): six narrow layers."""

import numpy as np
from sklearn.datasets import make_classification

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings

_EXAMPLES = 2_500
_FEATURES = 20
_CLASSES = 5


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=10,
        batch_size=32,
        hidden=(int(rng.choice([24, 32, 40])),) * 6,
        activation="leaky_relu",
        inner="hidden_3",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_classification(
        _EXAMPLES,
        _FEATURES,
        n_informative=12,
        n_classes=_CLASSES,
        class_sep=1.5,
        flip_y=0.02,
        random_state=int(rng.integers(2**31)),
    )
    return split_table(x, y, _CLASSES, settings, rng)


PROGRAM = Program("deep_mlp", _settings, _load, build_perceptron)
