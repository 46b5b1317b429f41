"""An output without activation under a loss that was not told that it gets logits."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={"output": {"activation": "linear"}})


FAULT = Fault(
    name="forgotten_from_logits",
    programs=("digits_cnn", "wine_mlp", "breast_cancer_mlp", "iris_mlp"),
    expected=("output_loss_mismatch",),
    fault_types=(FaultType.ACTIVATION,),
    inject=_inject,
    blamed=changed_layers,
)
