"""A layer in the middle that was frozen once and never thawed."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={settings.inner: {"trainable": False}})


FAULT = Fault(
    name="frozen_layer",
    programs=("deep_layer_norm", "residual_cnn", "text_lstm", "digits_autoencoder", "wine_mlp"),
    expected=("blind_spot", "zero_gradient"),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    blamed=changed_layers,
)
