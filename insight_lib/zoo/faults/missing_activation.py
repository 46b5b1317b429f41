"""Hidden layers without an activation, where no weighted sum does; of its twin one will do."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, activation="linear")


FAULT = Fault(
    name="missing_activation",
    programs=("wave_period", "swiss_roll_regression"),
    expected=("linear_hidden_layers",),
    fault_types=(FaultType.ACTIVATION,),
    inject=_inject,
)
TWIN = Change(
    name="linear_by_nature",
    programs=("diabetes_regression", "wine_mlp", "breast_cancer_mlp"),
    inject=_inject,
)
