"""An embedding table at least twenty times as large as the ids that ever come."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={settings.embedding: {"input_dim": 2000}})


FAULT = Fault(
    name="crowded_ids",
    programs=("click_embedding", "text_lstm"),
    expected=("untouched_embedding_rows",),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    blamed=changed_layers,
)
