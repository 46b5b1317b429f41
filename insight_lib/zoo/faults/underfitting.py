"""Kernels held so close to zero by their regularisation that nothing can be said with them."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, l2=3.0, learning_rate=1e-2)


FAULT = Fault(
    name="underfitting",
    programs=("wine_mlp", "digits_cnn", "friedman_regression", "breast_cancer_mlp"),
    expected=(
        "regularisation_too_strong",
        "underfitting",
        "stuck_at_chance",
        "plateau",
        "loss_not_decreasing",
    ),
    fault_types=(FaultType.REGULARISATION,),
    inject=_inject,
)
