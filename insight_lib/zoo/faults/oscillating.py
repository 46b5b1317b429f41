"""A learning rate at which the loss jumps about, but stays a number."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, optimizer="adam", learning_rate=1.0)


FAULT = Fault(
    name="oscillating",
    programs=("friedman_regression", "signal_cnn", "deep_layer_norm", "wine_mlp"),
    expected=("learning_rate_too_high", "large_updates"),
    fault_types=(FaultType.LEARNING_RATE,),
    inject=_inject,
)
