"""A deep stack of tanh layers that starts narrow: what passes shrinks layer by layer."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings

_DEPTH = 6


def _inject(settings: Settings) -> Settings:
    narrow = {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.01)}
    deep = replace(
        settings,
        hidden=(settings.hidden[0],) * _DEPTH,
        activation="tanh",
        optimizer="sgd",
        learning_rate=0.01,
        dropout=0.0,
        l2=0.0,
    )
    return replace(deep, layers={f"hidden_{number}": narrow for number in range(1, _DEPTH + 1)})


FAULT = Fault(
    name="shrinking_activations",
    programs=("wine_mlp", "friedman_regression", "breast_cancer_mlp"),
    expected=("activation_scale", "small_initialisation", "vanishing_gradient"),
    inject=_inject,
    blamed=changed_layers,
)
