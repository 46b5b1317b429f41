"""A deep stack in place of a program's hidden layers, and kernels that start otherwise."""

from collections.abc import Iterable
from dataclasses import replace

import keras

from insight_lib.zoo.settings import Settings

Layers = dict[str, dict[str, keras.initializers.Initializer]]


def deep_stack(settings: Settings, depth: int, activation: str) -> Settings:
    """Set up plain SGD on ``depth`` layers as wide as the first was, with nothing to hold them."""
    return replace(
        settings,
        hidden=(settings.hidden[0],) * depth,
        activation=activation,
        optimizer="sgd",
        learning_rate=0.01,
        dropout=0.0,
        l2=0.0,
    )


def drawn(layers: Iterable[str], spread: float) -> Layers:
    """Draw the kernels of layers from a normal distribution of standard deviation ``spread``."""
    # An initializer gives the same numbers whenever it is asked: each layer has its own.
    return {
        name: {"kernel_initializer": keras.initializers.RandomNormal(stddev=spread)}
        for name in layers
    }
