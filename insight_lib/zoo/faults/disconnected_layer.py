"""A layer whose outputs pass no gradient back, as after a detour through another library."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, detached=settings.inner)


def _blamed(settings: Settings) -> tuple[str, ...]:
    return (settings.inner,)


FAULT = Fault(
    name="disconnected_layer",
    programs=("friedman_regression", "deep_layer_norm", "text_lstm", "signal_cnn", "fraud_table"),
    expected=("zero_gradient", "blind_spot"),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    blamed=_blamed,
)
