"""A softmax over a single unit, which is always 1."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={"output": {"activation": "softmax"}})


FAULT = Fault(
    name="softmax_of_one",
    programs=("breast_cancer_mlp", "text_lstm", "click_embedding"),
    expected=("output_loss_mismatch", "output_width", "constant_output"),
    fault_types=(FaultType.ACTIVATION,),
    inject=_inject,
    blamed=changed_layers,
)
