"""The features of a run, all of them together."""

import math

import numpy as np
import pytest

from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.feature import Seen
from tests.risk.features.traced import layer, run_of

LOSS = [(step, 2.0 / (1 + step)) for step in range(40)]
CONFIG = {"optimizer": {"name": "Adam", "learning_rate": 0.001}, "loss": "mse"}


@pytest.mark.parametrize("config", [None, {}, CONFIG])
@pytest.mark.parametrize("has_layers", [True, False])
def test_nothing_is_known_of_what_is_not_computed(has_layers, config):
    layers = layer("hidden", 0, steps=np.arange(0, 40, 4)) if has_layers else ()
    seen = Seen(run_of(*layers, scalars={("train", "epoch_loss"): LOSS}, config=config), ())
    every = {feature.name: feature.compute(seen) for feature in FEATURES}
    assert features_of(seen) == {k: float(v) for k, v in every.items() if math.isfinite(v)}
