"""A stack of tanh layers whose inputs are so large that no slope is left."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.faults.stack import drawn
from insight_lib.zoo.settings import Settings

_DEPTH = 4
_SPREAD = 20.0


def _inject(settings: Settings) -> Settings:
    deep = replace(
        settings,
        hidden=(settings.hidden[0],) * _DEPTH,
        activation="tanh",
        optimizer="sgd",
        learning_rate=0.005,
        l2=0.0,
    )
    return replace(deep, layers=drawn(deep.hidden_names, _SPREAD))


FAULT = Fault(
    name="saturated_layer",
    programs=("friedman_regression", "breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("saturated_units", "large_initialisation"),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
