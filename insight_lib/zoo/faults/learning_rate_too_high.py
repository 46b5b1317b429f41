"""A learning rate so high that the training diverges and ends in NaN."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, optimizer="sgd", learning_rate=1e4)


FAULT = Fault(
    name="learning_rate_too_high",
    programs=("diabetes_regression", "digits_cnn", "breast_cancer_mlp", "wine_mlp"),
    expected=("non_finite_loss", "exploding_gradient", "learning_rate_too_high", "large_updates"),
    fault_types=(FaultType.LEARNING_RATE,),
    inject=_inject,
)
