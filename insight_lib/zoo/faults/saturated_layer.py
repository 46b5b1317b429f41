"""Tanh layers whose inputs are so large that no slope is left."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    wide = {
        "activation": "tanh",
        "kernel_initializer": keras.initializers.RandomNormal(stddev=20.0),
    }
    numbers = range(1, len(settings.hidden) + 1)
    return replace(
        settings,
        optimizer="sgd",
        learning_rate=0.005,
        l2=0.0,
        layers={f"hidden_{number}": wide for number in numbers},
    )


FAULT = Fault(
    name="saturated_layer",
    programs=("friedman_regression", "breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("saturated_units", "large_initialisation"),
    inject=_inject,
    blamed=changed_layers,
)
