"""A deep stack that starts wide: each layer enlarges what passes, forth and back."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.faults.stack import deep_stack, drawn
from insight_lib.zoo.settings import Settings

_DEPTH = 8
# Each layer doubles or trebles what passes. Much wider, and the first update already goes past what
# a float holds: all units die of it, and what is left has no gradient at all.
_SPREAD = 0.8


def _inject(settings: Settings) -> Settings:
    deep = deep_stack(settings, _DEPTH, "relu")
    return replace(deep, layers=drawn(deep.hidden_names, _SPREAD))


FAULT = Fault(
    name="exploding_gradient",
    programs=("diabetes_regression", "breast_cancer_mlp", "wine_mlp"),
    expected=("exploding_gradient", "non_finite_loss", "large_initialisation", "activation_scale"),
    fault_types=(FaultType.INITIALISATION,),
    inject=_inject,
)
