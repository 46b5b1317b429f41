"""Inputs left as they were measured, some in the thousands."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, scale_inputs=False, optimizer="sgd", learning_rate=0.01)


FAULT = Fault(
    name="unscaled_inputs",
    programs=("breast_cancer_mlp", "diabetes_regression", "wine_mlp"),
    expected=("unscaled_inputs", "exploding_gradient", "non_finite_loss", "dead_units"),
    fault_types=(FaultType.PREPROCESSING,),
    inject=_inject,
)
