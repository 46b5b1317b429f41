"""Three classes or more, numbered, for one sigmoid under a binary cross entropy."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    one = {"units": 1, "activation": "sigmoid"}
    return replace(settings, layers={"output": one}, loss="binary_crossentropy")


FAULT = Fault(
    name="one_output_for_several",
    programs=("wine_mlp", "iris_mlp", "digits_cnn"),
    expected=("labels_outside_output", "output_width", "loss_below_range"),
    fault_types=(FaultType.LAYERS, FaultType.ACTIVATION, FaultType.LOSS),
    inject=_inject,
)
