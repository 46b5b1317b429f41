"""Biases of the last hidden layer that start so low that no ReLU ever opens."""

from dataclasses import replace

import keras

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    low = {"bias_initializer": keras.initializers.Constant(-20.0)}
    return replace(settings, layers={settings.hidden_names[-1]: low})


FAULT = Fault(
    name="dead_relu",
    programs=(
        "wine_mlp",
        "breast_cancer_mlp",
        "digits_cnn",
        "click_embedding",
        "diabetes_regression",
    ),
    expected=("dead_units",),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
