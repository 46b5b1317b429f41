"""What to change of layers whose outputs are saturated."""

from collections.abc import Sequence

from insight_lib.dissection.findings.remedy import Change, remedy
from insight_lib.dissection.run.remedies.layer_remedy import (
    begins_by_shape,
    initialiser,
    named_layers,
    usual_start,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


def steepen_change(
    view: RunView, layer: str, function: str | None, alike: Sequence[str], *, began_so: bool
) -> Change:
    """Return what to change of a layer whose outputs are saturated.

    Args:
        view: the run.
        layer: the layer.
        function: its activation function.
        alike: this layer and the others that saturated at the same time.
        began_so: whether the outputs were saturated at the first traced step.
    """
    where = named_layers(alike, layer)
    replaced = f"ReLU in place of {function}" if function else "ReLU in its place"
    relu = remedy("activation", "relu", old=function, layer=layer)
    if not began_so:
        advice = (
            f"The outputs of {where} saturated during training: use {replaced}, normalisation "
            "before it, a lower learning rate or weight decay."
        )
        return Change(advice, FaultType.ACTIVATION, relu)
    if initialiser(view, layer, "kernel") is None or begins_by_shape(view, layer):
        advice = (
            f"The outputs of {where} were saturated from the start: use {replaced} or "
            "normalisation before it, and scale the inputs."
        )
        return Change(advice, FaultType.ACTIVATION, relu)
    advice = (
        f"The outputs of {where} were saturated from the start: use Glorot initialisation and a "
        "bias of 0, and scale the inputs; normalisation before the layer, or ReLU, also helps."
    )
    return Change(advice, FaultType.INITIALISATION, usual_start(view, layer, "glorot_uniform"))
