"""Dense layers or convolutions one after the other without an activation function between them.

**Looks for** a dense layer or a convolution without an activation whose output goes into another
one alone, with no more than Flatten, Dropout, batch normalisation or an average between them.

**Why it matters** Two linear layers are one: the lower one adds weights and nothing that the upper
one could not do, and a network of such layers can separate classes by a straight line only. It is a
warning where the run did not learn, and where the accuracy of a classifier went less than half of
the way from guessing to no error (of one without any other function than its last less than
{far:%}). A narrow linear layer may be intended, and a task be linear, so it is a note otherwise.

**What to do** Give the lower layer ``activation="relu"`` (or tanh, gelu, ...); only the last layer
of a regression, or before a loss with ``from_logits=True``, goes without.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import accuracies
from insight_lib.dissection.run.learning import HALF_WAY, falls_short, has_learnt
from insight_lib.dissection.run.recorded import recorded_layers
from insight_lib.dissection.run.recorded.topology import chain_to_output, graph_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How well a linear classifier does."""

    far: float = threshold(
        0.8, source="Two moons go three quarters of the way by a line; tables it suits go 95 %."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the lowest of the layers."""
    pairs = recorded_layers.linear_pairs(view)
    if not pairs:
        return
    lower, upper = pairs[0]
    layers, more = graph_layers(view), len(pairs) - 1
    kinds = ["dense" if layers[name].is_dense else "convolutional" for name in pairs[0]]
    others = f"; so are {more} more pair{'s' * (more > 1)} of layers" if more else ""
    far = limits.far if _is_linear(view) else HALF_WAY
    is_poor = not has_learnt(view) or (bool(accuracies(view)) and falls_short(view, far))
    yield Finding(
        layer=lower,
        severity="warning" if is_poor else "info",
        title=(
            f"{kinds[0].capitalize()} layer {lower} has no activation before {kinds[1]} layer "
            f"{upper}: these 2 layers are one linear layer{others}"
        ),
        evidence={"feeds": [name for _, name in pairs]},
        layers=tuple(name for name, _ in pairs),
        advice=f"Give layer {lower} an activation, such as relu.",
        remedy=remedy("activation", "relu", old=recorded_layers.LINEAR, layer=lower),
    )


def _is_linear(view: RunView) -> bool:
    """Return whether a model is linear but for its last function."""
    hidden = chain_to_output(view)[:-1]
    linear = (None, recorded_layers.LINEAR)
    are_linear = ((one.is_dense and one.activation in linear) or one.hands_on for one in hidden)
    return bool(hidden) and all(are_linear)


RULE = Rule(
    name="linear_hidden_layers",
    title="Linear hidden layers",
    needs=("the topology, recorded or told by a Keras model",),
    severity="warning",
    fault_type=FaultType.ACTIVATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Dense layer a has no activation before dense layer b: these 2 layers are one linear layer"
    ),
    check=check,
)
