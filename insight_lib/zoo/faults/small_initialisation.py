"""Two kernels in a row drawn so close to zero that neither lets the other learn."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.faults.stack import drawn
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    tiny = drawn(("hidden_1", "hidden_2"), 1e-6)
    return replace(settings, optimizer="sgd", learning_rate=0.005, layers=tiny)


FAULT = Fault(
    name="small_initialisation",
    programs=("friedman_regression", "breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("small_initialisation", "vanishing_gradient"),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
