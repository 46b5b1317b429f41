"""A stack of tanh layers whose inputs are so large that no slope is left."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings

_DEPTH = 4


def _inject(settings: Settings) -> Settings:
    wide = {
        "activation": "tanh",
        "kernel_initializer": keras.initializers.RandomNormal(stddev=20.0),
    }
    return replace(
        settings,
        hidden=(settings.hidden[0],) * _DEPTH,
        optimizer="sgd",
        learning_rate=0.005,
        l2=0.0,
        layers={f"hidden_{number}": wide for number in range(1, _DEPTH + 1)},
    )


FAULT = Fault(
    name="saturated_layer",
    programs=("friedman_regression", "breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("saturated_units", "large_initialisation"),
    inject=_inject,
    blamed=changed_layers,
)
