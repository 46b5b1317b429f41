"""Dropout that leaves one unit in twenty while training."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, dropout=0.95)


FAULT = Fault(
    name="too_much_dropout",
    programs=("digits_cnn", "wine_mlp", "signal_cnn", "breast_cancer_mlp"),
    expected=("dropout_too_high", "stuck_at_chance"),
    fault_types=(FaultType.REGULARISATION,),
    inject=_inject,
)
