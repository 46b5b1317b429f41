"""How far along a rolled-up sheet a point lies (scikit-learn's make_swiss_roll): synthetic.

No weighted sum of the three coordinates tells a tenth of it.
"""

import numpy as np
from sklearn.datasets import make_swiss_roll

from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, build_perceptron, varied
from insight_lib.zoo.settings import Settings

_EXAMPLES = 1_500


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 5e-3),
        epochs=20,
        batch_size=32,
        hidden=(int(rng.choice([32, 48])), 16),
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_swiss_roll(_EXAMPLES, noise=0.2, random_state=int(rng.integers(2**31)))
    return split_table(x, y, None, settings, rng)


PROGRAM = Program("swiss_roll_regression", _settings, _load, build_perceptron)
