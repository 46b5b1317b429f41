"""What to change of layers whose units are dead."""

from insight_lib.dissection.findings.remedy import Change, remedy
from insight_lib.dissection.run.recorded.recorded_layers import output_layer
from insight_lib.dissection.run.recorded.topology import graph_layers
from insight_lib.dissection.run.remedies.layer_remedy import (
    begins_by_shape,
    named_layers,
    output_function,
    usual_start,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

# As too_narrow asks for.
_ENOUGH = 16
_LEAKY = "replace ReLU by LeakyReLU, ELU or GELU, which keep a gradient below zero"


def wake_change(view: RunView, layer: str, alike: list[str], *, began_so: bool) -> Change:
    """Return what to change of a layer whose units are dead.

    Args:
        view: the run.
        layer: the layer.
        alike: this layer and the others whose units died at the same time.
        began_so: whether they were dead before training could have killed them.
    """
    output = output_layer(view)
    if output is not None and output.name == layer:
        return _of_output(view, layer)
    units = f"The units of {named_layers(alike, layer)}"
    leaky = remedy("activation", "leaky_relu", old="relu", layer=layer)
    if not began_so:
        advice = (
            f"{units} died during training: {_LEAKY}, lower the learning rate, and check that the "
            "inputs are scaled."
        )
        return Change(advice, FaultType.ACTIVATION, leaky)
    if begins_by_shape(view, layer):
        known = graph_layers(view).get(layer)
        if known is not None and known.width == 1:
            return _of_one_unit(layer)
        advice = (
            f"{units} were dead from the start, though they are initialised as usual: {_LEAKY}, "
            "give the layer more units, and check that the inputs are scaled."
        )
        return Change(advice, FaultType.ACTIVATION, leaky)
    advice = (
        f"{units} were dead from the start: use He initialisation and a bias of 0, check that the "
        f"inputs are scaled, or {_LEAKY}."
    )
    return Change(advice, FaultType.INITIALISATION, usual_start(view, layer, "he_normal"))


def _of_one_unit(layer: str) -> Change:
    advice = (
        f"The only unit of layer {layer} was dead from the start, and nothing passes it: give the "
        f"layer {_ENOUGH} units, of which a few may be dead."
    )
    return Change(advice, FaultType.LAYERS, remedy("units", _ENOUGH, old=1, layer=layer))


def _of_output(view: RunView, layer: str) -> Change:
    fitting = output_function(view)
    if fitting is None:
        what = "no activation for quantities, a sigmoid or a softmax for classes"
    else:
        what = "no activation" if fitting == "linear" else f"a {fitting}"
    advice = (
        f"Layer {layer} makes the output, and a ReLU that is zero there learns no more: give it "
        f"{what} instead."
    )
    change = fitting and remedy("activation", fitting, old="relu", layer=layer)
    return Change(advice, FaultType.ACTIVATION, change or None)
