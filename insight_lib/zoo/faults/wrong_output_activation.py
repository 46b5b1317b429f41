"""A binary classifier that ends in a ReLU or in nothing: its loss takes that for a probability."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={"output": {"activation": "relu"}})


FAULT = Fault(
    name="wrong_output_activation",
    programs=("breast_cancer_mlp", "fraud_table", "text_lstm", "wide_and_deep"),
    expected=("output_loss_mismatch",),
    fault_types=(FaultType.ACTIVATION,),
    inject=_inject,
    blamed=changed_layers,
)
