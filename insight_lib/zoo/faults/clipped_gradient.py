"""Gradients cut to a norm far below their own, so that hardly anything is left to learn with."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, optimizer="sgd", learning_rate=0.01, clipnorm=1e-3)


FAULT = Fault(
    name="clipped_gradient",
    programs=("friedman_regression", "digits_cnn", "wine_mlp", "signal_cnn"),
    expected=("clipped_gradient", "small_updates", "learning_rate_too_low"),
    fault_types=(FaultType.OPTIMIZER,),
    inject=_inject,
)
