"""A kernel drawn far too wide: its outputs drown what the other layers say."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.faults.stack import drawn
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, l2=0.0, layers=drawn((settings.inner,), 20.0))


FAULT = Fault(
    name="large_initialisation",
    programs=("diabetes_regression", "wine_mlp", "digits_cnn", "fraud_table", "signal_cnn"),
    expected=("large_initialisation", "activation_scale", "saturated_units"),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
