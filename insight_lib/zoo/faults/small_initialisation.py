"""Two kernels in a row drawn so close to zero that neither lets the other learn."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    tiny = {"kernel_initializer": keras.initializers.RandomNormal(stddev=1e-6)}
    return replace(
        settings,
        optimizer="sgd",
        learning_rate=0.005,
        layers={"hidden_1": tiny, "hidden_2": tiny},
    )


FAULT = Fault(
    name="small_initialisation",
    programs=("friedman_regression", "breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("small_initialisation", "vanishing_gradient"),
    inject=_inject,
    blamed=changed_layers,
)
