"""A kernel drawn so close to zero that nothing passes it, forth or back."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    tiny = {"kernel_initializer": keras.initializers.RandomNormal(stddev=1e-6)}
    return replace(settings, layers={settings.last_hidden: tiny})


FAULT = Fault(
    name="small_initialisation",
    programs=("friedman_regression", "breast_cancer_mlp", "digits_cnn", "wine_mlp"),
    expected=("small_initialisation", "vanishing_gradient"),
    inject=_inject,
    blamed=changed_layers,
)
