"""A deep stack that starts wide: each layer enlarges what passes, forth and back."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_DEPTH = 8


def _inject(settings: Settings) -> Settings:
    wide = {"kernel_initializer": keras.initializers.RandomNormal(stddev=1.5)}
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
