"""Synthetic runs whose failures show in a layer, in a curve or in a feature."""

from collections.abc import Callable

import numpy as np
import pytest

from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network import Channels, Labels, RunInputs, SetNetwork
from insight_lib.risk.models.set_network.fit import MEMBERS
from insight_lib.risk.models.set_network.layout import parameter_shapes
from insight_lib.risk.models.set_network.scaling import scaling_of

LAYERS, TIMES, POINTS = 6, 4, 16
CHANNELS = Channels(("gradient", "update", "dead"), ("train_loss", "validation_loss"))
KINDS = ("collapsed", "diverged")
Runs = tuple[RunInputs, Labels]


def _drawn(runs: int, seed: int) -> Runs:
    random = np.random.default_rng(seed)
    is_layer = np.arange(LAYERS) < random.integers(0, LAYERS + 1, (runs, 1))
    layers = random.normal(size=(runs, LAYERS, TIMES, 3))
    depth = np.where(
        is_layer, np.arange(LAYERS) / is_layer.sum(axis=1, keepdims=True).clip(1), np.nan
    )
    curves = random.normal(size=(runs, POINTS, 2)).cumsum(axis=1) / 4
    features = random.normal(size=(runs, 4))
    collapsed = is_layer.any(axis=1) & (random.random(runs) < 0.25)
    diverged = ~collapsed & (random.random(runs) < 0.25)
    # One of the layers loses its gradient over time; the loss rises.
    layers[collapsed, 0, :, 0] -= np.linspace(0.0, 6.0, TIMES)
    curves[diverged, :, 0] += np.linspace(0.0, 4.0, POINTS)
    layers[random.random(layers.shape) < 0.1] = np.nan
    features[random.random(features.shape) < 0.3] = np.nan
    names = tuple(f"f{i}" for i in range(features.shape[1]))
    matrix = FeatureMatrix(tuple(f"r{i}" for i in range(runs)), names, features)
    failed = (collapsed | diverged).astype(np.float64)
    kind = [
        KINDS[0] if c else KINDS[1] if d else None for c, d in zip(collapsed, diverged, strict=True)
    ]
    group = [f"family-{i % 5}" for i in range(runs)]
    inputs = RunInputs(matrix, layers, depth, is_layer, curves, CHANNELS)
    return inputs, Labels(failed, kind, np.ones(runs), group)


@pytest.fixture(scope="session")
def drawn_runs() -> Callable[[int, int], Runs]:
    """drawn_runs(runs, seed) -> inputs and labels; half are healthy, some have no layers."""
    return _drawn


@pytest.fixture
def untrained() -> SetNetwork:
    """A network of drawn parameters: what holds of it, holds of any."""
    inputs, _ = _drawn(50, seed=1)
    sizes, random = inputs.sizes(len(KINDS)), np.random.default_rng(2)
    members = tuple(
        {
            name: random.normal(scale=0.3, size=shape).astype(np.float32)
            for name, shape in parameter_shapes(sizes).items()
        }
        for _ in range(MEMBERS)
    )
    names = inputs.features.names
    return SetNetwork(sizes, names, CHANNELS, KINDS, scaling_of(inputs), members)
