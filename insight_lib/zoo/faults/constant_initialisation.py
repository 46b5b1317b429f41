"""A kernel that starts at zero: its units are all alike and stay so."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={settings.hidden_names[-1]: {"kernel_initializer": "zeros"}})


FAULT = Fault(
    name="constant_initialisation",
    programs=("digits_cnn", "breast_cancer_mlp", "friedman_regression", "iris_mlp"),
    expected=("constant_initialisation",),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
