"""What to change of layers that the gradient does not reach."""

from collections.abc import Sequence

from insight_lib.dissection.findings.remedy import Change, remedy
from insight_lib.dissection.run.remedies.layer_remedy import begins_by_he, function_of, he_normal
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_SATURATING = frozenset({"sigmoid", "hard_sigmoid", "tanh", "softmax"})


def feed_change(view: RunView, tensors: Sequence[TensorSeries]) -> Change:
    """Return what to change of layers that the gradient does not reach, the lowest first."""
    first, last = tensors[0].layer, tensors[-1].layer
    where = f"In layer {first}" if first == last else f"In layers {first} to {last}"
    functions = {tensor.layer: function_of(view, tensor) for tensor in tensors}
    used = {one for one in functions.values() if one in _SATURATING}
    if not used and any(one not in (None, "linear") for one in functions.values()):
        return _of_steep(view, tensors[0], where)
    named = f"the {' and '.join(sorted(used))} activations" if used else "the activations"
    advice = (
        f"{where}, replace {named} by ReLU with He initialisation, or add batch normalisation or "
        "residual connections; fewer layers may do as well."
    )
    flat = next((layer for layer, one in functions.items() if one in used), None)
    change = flat and remedy("activation", "relu", old=functions[flat], layer=flat)
    return Change(advice, FaultType.ACTIVATION, change or None)


def _of_steep(view: RunView, lowest: TensorSeries, where: str) -> Change:
    """Return what to change where the functions, as ReLU, have a slope that passes gradients."""
    if begins_by_he(view, lowest.layer):
        advice = f"{where}, add batch normalisation or residual connections, or use fewer layers."
        return Change(advice, FaultType.LAYERS, None)
    advice = (
        f"{where}, initialise by He, or add batch normalisation or residual connections; fewer "
        "layers may do as well."
    )
    return Change(advice, FaultType.INITIALISATION, he_normal(view, lowest.layer))
