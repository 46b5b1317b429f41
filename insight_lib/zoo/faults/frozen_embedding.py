"""The item embedding is left out of the training by mistake: a blind spot."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={settings.embedding: {"trainable": False}})


FAULT = Fault(
    name="frozen_embedding",
    programs=("click_embedding",),
    expected=("blind_spot",),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    blamed=changed_layers,
)
