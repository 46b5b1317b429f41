"""A deep stack of tanh layers that starts narrow: what passes shrinks layer by layer."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.faults.stack import deep_stack, drawn
from insight_lib.zoo.settings import Settings

_DEPTH = 6
_SPREAD = 0.01


def _inject(settings: Settings) -> Settings:
    deep = deep_stack(settings, _DEPTH, "tanh")
    return replace(deep, layers=drawn(deep.hidden_names, _SPREAD))


FAULT = Fault(
    name="shrinking_activations",
    programs=("wine_mlp", "friedman_regression", "breast_cancer_mlp"),
    expected=("activation_scale", "small_initialisation", "vanishing_gradient"),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
    blamed=changed_layers,
)
