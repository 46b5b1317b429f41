"""A deep stack of sigmoids: each layer passes on at most a quarter of the gradient."""

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.faults.stack import deep_stack
from insight_lib.zoo.settings import Settings

_DEPTH = 8


def _inject(settings: Settings) -> Settings:
    return deep_stack(settings, _DEPTH, "sigmoid")


def _blamed(settings: Settings) -> tuple[str, ...]:
    """Name the lower half of the stack."""
    return settings.hidden_names[: _DEPTH // 2]


FAULT = Fault(
    name="vanishing_gradient",
    programs=("breast_cancer_mlp", "wine_mlp", "diabetes_regression"),
    expected=("vanishing_gradient",),
    fault_types=(FaultType.ACTIVATION,),
    inject=_inject,
    blamed=_blamed,
)
