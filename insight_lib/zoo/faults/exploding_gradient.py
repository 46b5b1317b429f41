"""A deep stack that starts wide: each layer enlarges what passes, forth and back."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_DEPTH = 8
# Each layer doubles or trebles what passes. Much wider, and the first update already goes past what
# a float holds: all units die of it, and what is left has no gradient at all.
_SPREAD = 0.8


def _inject(settings: Settings) -> Settings:
    wide = {"kernel_initializer": keras.initializers.RandomNormal(stddev=_SPREAD)}
    deep = replace(
        settings,
        hidden=(settings.hidden[0],) * _DEPTH,
        activation="relu",
        optimizer="sgd",
        learning_rate=0.01,
        dropout=0.0,
        l2=0.0,
    )
    return replace(deep, layers={f"hidden_{number}": wide for number in range(1, _DEPTH + 1)})


FAULT = Fault(
    name="exploding_gradient",
    programs=("diabetes_regression", "breast_cancer_mlp", "wine_mlp"),
    expected=("exploding_gradient", "non_finite_loss", "large_initialisation", "activation_scale"),
    inject=_inject,
)
