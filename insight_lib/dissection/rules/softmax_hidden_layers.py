"""A hidden layer ends in a softmax.

**Looks for** a dense, convolutional or recurrent layer with a softmax, or a separate softmax after
it, whose output goes into another dense layer alone, with no more than Flatten, Dropout or
normalisation between them. A softmax whose output is multiplied with something, as in attention or
a mixture of experts, is left out.

**Why it matters** A softmax makes units compete: together they give 1, each of n of them near 1/n
at first, and the gradient that comes through is that much smaller. It is a warning where the run
did not learn, or went less than {far:%} of the way from guessing to no error; otherwise a note.

**What to do** Give hidden layers ``activation="relu"`` (or tanh, gelu, ...). A softmax belongs
after the last layer of a classifier.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import falls_short, has_learnt
from insight_lib.dissection.run.recorded.topology import GraphLayer, graph_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_SOFTMAX = "softmax"
_FUNCTIONS = frozenset({"Activation", "Softmax"})


@dataclass(frozen=True)
class Thresholds:
    """How well a run learnt."""

    far: float = threshold(
        0.8,
        source=(
            "Digits go half of the way by accuracy while the loss stays near guessing; tables that "
            "such a layer suits go nine tenths."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the lowest of the layers."""
    layers = graph_layers(view)
    found = [pair for layer in layers.values() if (pair := _pair(layer, layers)) is not None]
    if not found:
        return
    (lower, upper), more = found[0], len(found) - 1
    others = f"; so {'is' if more == 1 else 'are'} {more} more" if more else ""
    is_poor = falls_short(view, limits.far) or not has_learnt(view)
    yield Finding(
        layer=lower.name,
        severity="warning" if is_poor else "info",
        title=(
            f"Hidden layer {lower.name} ({lower.width or 'several'} units) ends in a softmax "
            f"before layer {upper}: its outputs add up to 1{others}"
        ),
        evidence={"layers": [layer.name for layer, _ in found], "feeds": [one for _, one in found]},
        layers=tuple(layer.name for layer, _ in found),
        advice=f"Give layer {lower.name} another activation, such as relu.",
        remedy=remedy("activation", "relu", old=_SOFTMAX, layer=lower.name),
    )


def _pair(upper: GraphLayer, layers: Mapping[str, GraphLayer]) -> tuple[GraphLayer, str] | None:
    """Return the layer with a softmax that alone feeds a dense layer, with the latter's name."""
    uses = Counter(name for layer in layers.values() for name in layer.inputs)
    if not upper.is_dense:
        return None
    is_softmax, below = False, upper
    for _ in layers:
        if len(below.inputs) != 1 or uses[below.inputs[0]] != 1 or below.inputs[0] not in layers:
            return None
        below = layers[below.inputs[0]]
        is_softmax = is_softmax or _SOFTMAX in (below.activation, below.kind.lower())
        if below.is_weighted:
            return (below, upper.name) if is_softmax else None
        if not below.hands_on and below.kind not in _FUNCTIONS:
            return None
    return None


RULE = Rule(
    name="softmax_hidden_layers",
    title="Softmax hidden layers",
    needs=("the topology, recorded or told by a Keras model",),
    severity="warning",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=("Hidden layer a (16 units) ends in a softmax before layer b: its outputs add up to 1"),
    check=check,
)
